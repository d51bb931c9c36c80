# Makes promotion_expected.csv beside it, of the lives in promotion_lives.csv: Rscript promotion.R (R 4.2, survival 3.5).
# The lives are those of test_dbt_survival.lives(), in days since appointment: at risk from entry on, until promoted or last seen.
library(survival)
lives <- read.csv("promotion_lives.csv")
fit <- survfit(Surv(entry, exit, promoted) ~ gender, data = lives, conf.type = "log")
of <- quantile(fit, 0.5)
write.csv(data.frame(gender = sub("gender=", "", rownames(of$quantile)), median = as.vector(of$quantile), low = as.vector(of$lower),
                     high = as.vector(of$upper)),
          "promotion_expected.csv", row.names = FALSE, quote = FALSE)
