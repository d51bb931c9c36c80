# Makes the golden files of intervals beside it, from invented people: Rscript intervals.R (R 4.2, survey 4.1).
library(survey)
set.seed(20261127)
n <- c(A = 240, B = 90, C = 35, D = 12)
people <- data.frame(agency = rep(names(n), n))
people$gender <- ifelse(runif(nrow(people)) < 0.3, "woman", "man")
people$weight <- round(exp(rnorm(nrow(people), 1.5, 0.8)), 3)
shares <- c(rare = 0.03, seldom = 0.12, even = 0.5, often = 0.9)
for (item in names(shares)) people[[item]] <- as.numeric(runif(nrow(people)) < shares[[item]])
design <- svydesign(ids = ~1, strata = ~agency, weights = ~weight, data = people)

number <- function(x) formatC(x, digits = 17, format = "g")
of <- function(domain, item, keep) {
  part <- design[keep, ]
  formula <- as.formula(paste0("~", item))
  estimate <- svymean(formula, part)
  ends <- function(method) unname(attr(svyciprop(formula, part, method = method), "ci"))
  mean_ends <- unname(confint(estimate, df = degf(part)))
  data.frame(domain = domain, item = item, n = sum(keep), df = degf(part), estimate = number(unname(coef(estimate))),
             se = number(unname(c(SE(estimate)))), logit_low = number(ends("logit")[1]), logit_high = number(ends("logit")[2]),
             beta_low = number(ends("beta")[1]), beta_high = number(ends("beta")[2]), t_low = number(mean_ends[1]), t_high = number(mean_ends[2]))
}
rows <- list()
for (item in names(shares)) {
  domains <- c(list(all = rep(TRUE, nrow(people))), lapply(split(seq_len(nrow(people)), people$agency), function(i) seq_len(nrow(people)) %in% i),
               lapply(split(seq_len(nrow(people)), people$gender), function(i) seq_len(nrow(people)) %in% i),
               lapply(split(seq_len(nrow(people)), paste(people$agency, people$gender)), function(i) seq_len(nrow(people)) %in% i))
  for (domain in names(domains)) {
    keep <- domains[[domain]]
    positive <- sum(people[[item]][keep])
    if (positive > 0 && positive < sum(keep) && sum(keep) >= 5) rows[[length(rows) + 1]] <- of(domain, item, keep)  # R has no logit of 0 and 1, and no quantile of t for two people
  }
}
write.csv(do.call(rbind, rows), "survey_intervals.csv", row.names = FALSE, quote = FALSE)

counts <- data.frame(events = c(0, 1, 4, 7, 23, 140), exposure = c(100, 12.5, 380, 61, 905.25, 4100))
ends <- t(mapply(function(x, time) poisson.test(x, time)$conf.int, counts$events, counts$exposure))
write.csv(cbind(counts, low = number(ends[, 1]), high = number(ends[, 2])), "rate_intervals.csv", row.names = FALSE, quote = FALSE)

p <- round(runif(12)^3, 6)
write.csv(data.frame(p = p, adjusted = number(p.adjust(p, "holm"))), "adjusted_p_values.csv", row.names = FALSE, quote = FALSE)
