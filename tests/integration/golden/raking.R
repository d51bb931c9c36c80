# Makes the golden files of raking beside it, from invented people: Rscript raking.R (R 4.2, survey 4.1).
# As catalogue contracts with `poststratify: rake` do it: raked, trimmed at five times the agency's median, raked again.
library(survey)
set.seed(20261124)
n <- c("USA-FBI" = 190, "USA-DEA" = 150, "USA-ATF" = 120)
people <- data.frame(id = seq_len(sum(n)), agency = rep(names(n), n))
people$gender <- ifelse(runif(nrow(people)) < 0.35, "woman", "man")
chance <- ifelse(people$gender == "woman", 0.62, 0.5)
people$grade_band <- ifelse(runif(nrow(people)) < chance, "junior", ifelse(runif(nrow(people)) < 0.6, "middle", "senior"))
people$weight <- round(exp(rnorm(nrow(people), 2, 0.9)), 3)
liking <- 0.5 - 0.12 * (people$gender == "woman") + 0.15 * (people$grade_band == "senior")
people$respect <- ifelse(runif(nrow(people)) < 0.04, 88, ifelse(runif(nrow(people)) < liking, 4, 2) + (runif(nrow(people)) < 0.4))

margins <- rbind(
  data.frame(agency = rep(names(n), each = 2), gender = c("woman", "man"), grade_band = NA,
             n = c(900, 1600, 500, 1200, 450, 550)),
  data.frame(agency = rep(names(n), each = 3), gender = NA, grade_band = c("junior", "middle", "senior"),
             n = c(1200, 800, 500, 700, 650, 350, 600, 250, 150)))

people$ag <- paste(people$agency, people$gender)
people$ab <- paste(people$agency, people$grade_band)
of_gender <- subset(margins, !is.na(gender))
of_band <- subset(margins, !is.na(grade_band))
totals <- list(data.frame(ag = paste(of_gender$agency, of_gender$gender), Freq = of_gender$n),
               data.frame(ab = paste(of_band$agency, of_band$grade_band), Freq = of_band$n))
raked <- function(weights) {
  design <- svydesign(ids = ~1, strata = ~agency, weights = weights, data = people)
  rake(design, list(~ag, ~ab), totals, control = list(epsilon = 1e-9, maxit = 200))
}
once <- weights(raked(people$weight))
most <- 5 * ave(once, people$agency, FUN = median)
people$is_trimmed <- once > most
design <- raked(pmin(once, most))
people$raked_weight <- weights(design)

design <- update(design, y = as.numeric(people$respect %in% 4:5), whole = "all")
answered <- subset(design, respect <= 5)
of <- function(level, by) {
  found <- svyby(~y, by, answered, svymean)
  data.frame(level = level, agency = if ("agency" %in% names(found)) found$agency else "all",
             gender = if ("gender" %in% names(found)) found$gender else "all",
             grade_band = if ("grade_band" %in% names(found)) found$grade_band else "all", estimate = found$y, se = found$se)
}
gap <- function(agency, part) {
  fitted <- svyglm(y ~ I(gender == "woman"), part)  # saturated: its slope is women's mean less men's
  data.frame(level = if (agency == "all") "gap" else "agency_gap", agency = agency, gender = "women minus men", grade_band = "all",
             estimate = unname(coef(fitted)[2]), se = unname(SE(fitted)[2]))
}
expected <- rbind(of("all", ~whole), of("agency", ~agency), of("gender", ~gender), of("agency_gender", ~agency + gender),
                  of("agency_grade", ~agency + grade_band), gap("all", answered),
                  do.call(rbind, lapply(names(n), function(a) gap(a, subset(answered, agency == a)))))
number <- function(x) formatC(x, digits = 17, format = "g")
for (name in c("estimate", "se")) expected[[name]] <- number(expected[[name]])
people$raked_weight <- number(people$raked_weight)
write.csv(margins, "raking_margins.csv", row.names = FALSE, na = "", quote = FALSE)
write.csv(people[c("id", "agency", "gender", "grade_band", "weight", "respect", "is_trimmed", "raked_weight")], "raking_people.csv",
          row.names = FALSE, quote = FALSE)
write.csv(expected, "raking_expected.csv", row.names = FALSE, quote = FALSE)
