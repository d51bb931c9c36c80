# Makes the golden files of the base design beside it, from invented people: Rscript base_design.R (R 4.2, survey 4.1).
# Two agencies whose weights are the form's own: nothing is known of their staff, so nothing is calibrated.
library(survey)
set.seed(20261128)
n <- c("USA-CBP" = 160, "USA-USCIS" = 70)
people <- data.frame(id = 8000 + seq_len(sum(n)), agency = rep(names(n), n))
people$gender <- ifelse(runif(nrow(people)) < 0.4, "woman", "man")
people$grade_band <- ifelse(runif(nrow(people)) < 0.7, "junior", "senior")
people$weight <- round(exp(rnorm(nrow(people), 1, 0.7)), 3)
people$promo_merit <- ifelse(runif(nrow(people)) < 0.05, 99, ifelse(runif(nrow(people)) < 0.45 - 0.15 * (people$gender == "woman"), 4, 2))

design <- svydesign(ids = ~1, strata = ~agency, weights = ~weight, data = people)
design <- update(design, y = as.numeric(promo_merit == 4))
answered <- subset(design, promo_merit <= 5)
of <- function(level, by) {
  found <- svyby(~y, by, answered, svymean)
  data.frame(level = level, agency = found$agency, gender = if ("gender" %in% names(found)) found$gender else "all",
             estimate = found$y, se = found$se)
}
gap <- function(agency) {
  fitted <- svyglm(y ~ I(gender == "woman"), answered[people$agency[people$promo_merit <= 5] == agency, ])
  data.frame(level = "agency_gap", agency = agency, gender = "women minus men", estimate = unname(coef(fitted)[2]), se = unname(SE(fitted)[2]))
}
expected <- rbind(of("agency", ~agency), of("agency_gender", ~agency + gender), gap("USA-CBP"), gap("USA-USCIS"))
for (name in c("estimate", "se")) expected[[name]] <- formatC(expected[[name]], digits = 17, format = "g")
write.csv(people, "base_design_people.csv", row.names = FALSE, quote = FALSE)
write.csv(expected, "base_design_expected.csv", row.names = FALSE, quote = FALSE)
