# The estimates of a wave with R's survey package: Rscript survey_wave.R SCORES.csv OUT.csv LEVEL=COLUMN+...;... INDICATOR ...
# Prints the seconds of estimation.
suppressMessages(library(survey))
arguments <- commandArgs(trailingOnly = TRUE)
people <- read.csv(arguments[1], check.names = FALSE)
kept_by_level <- strsplit(sub(".*=", "", strsplit(arguments[3], ";")[[1]]), "+", fixed = TRUE)
levels <- setNames(kept_by_level, sub("=.*", "", strsplit(arguments[3], ";")[[1]]))
indicators <- arguments[-(1:3)]
places <- c("country_code", "agency_code", "agency_type", "gender", "grade_band")
y <- as.formula(paste("~", paste0("`", indicators, "`", collapse = " + ")))

began <- proc.time()[["elapsed"]]
totals <- unique(people[c("poststratum", "total")])
design <- postStratify(svydesign(ids = ~1, strata = ~stratum, weights = ~base_weight, data = people), ~poststratum,
  data.frame(poststratum = totals$poststratum, Freq = totals$total))
found <- list()
for (level in names(levels)) {
  kept <- levels[[level]]
  if (length(kept)) {
    by <- svyby(y, as.formula(paste("~", paste(kept, collapse = " + "))), design, svymean, keep.names = FALSE)
    groups <- by[kept]; estimates <- as.matrix(coef(by)); errors <- as.matrix(SE(by))
    estimates <- matrix(estimates, nrow = nrow(groups)); errors <- matrix(errors, nrow = nrow(groups))
  } else {
    whole <- svymean(y, design)
    groups <- data.frame(row.names = 1); estimates <- matrix(coef(whole), nrow = 1); errors <- matrix(SE(whole), nrow = 1)
  }
  for (n in seq_along(indicators)) {
    rows <- data.frame(level = level, indicator = indicators[n], estimate = estimates[, n], se = errors[, n])
    for (name in places) rows[[name]] <- if (name %in% kept) groups[[name]] else "all"
    found[[length(found) + 1]] <- rows
  }
}
seconds <- proc.time()[["elapsed"]] - began
all <- do.call(rbind, found)
all$estimate <- sprintf("%.17g", all$estimate); all$se <- sprintf("%.17g", all$se)
write.csv(all, arguments[2], row.names = FALSE, quote = FALSE)
cat(seconds, "\n")
