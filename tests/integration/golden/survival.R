# Makes survival_expected.csv beside it, of recruits whom survival.csv invents: Rscript survival.R (R 4.2, survival 3.5).
# Recruits of 2012 to 2015 as a contract of spells to the day tells of them: observed from 1 July 2013 to the end of 2015.
library(survival)
set.seed(20261124)
n <- 420
hired <- as.Date("2012-01-01") + sort(sample(0:1460, n, replace = TRUE))
people <- data.frame(person = sprintf("r%03d", seq_len(n)), gender = ifelse(runif(n) < 0.4, "woman", "man"), hired = hired)
served <- ceiling(rweibull(n, 0.8, ifelse(people$gender == "woman", 2600, 4200)))
people$left <- people$hired + served
people$left[people$left > as.Date("2016-12-31")] <- NA
from <- as.Date("2013-07-01")
people <- subset(people, is.na(left) | left >= from)  # who left before is on no list
write.csv(people, "survival_people.csv", row.names = FALSE, na = "", quote = FALSE)

to <- as.Date("2015-12-31")
entry <- ifelse(people$hired >= from, -1, as.numeric(from - people$hired))
event <- !is.na(people$left) & people$left <= to
exit <- ifelse(event, as.numeric(people$left - people$hired), as.numeric(to - people$hired) + 1)
alive <- exit > entry
fit <- survfit(Surv(entry, exit, event) ~ gender, data = people, subset = alive, conf.type = "log")
at <- summary(fit, times = 36 * 365.25 / 12)
number <- function(x) formatC(x, digits = 17, format = "g")
write.csv(data.frame(gender = sub("gender=", "", at$strata), n = as.vector(table(people$gender[alive])), survival = number(at$surv),
                     se = number(at$std.err), low = number(at$lower), high = number(at$upper)),
          "survival_expected.csv", row.names = FALSE, quote = FALSE)
