# Writes starts.json: what R finds for the model of who starts, with splines and interactions.
# Run in this folder: Rscript starts.R (Debian: r-base-core r-cran-survival r-cran-jsonlite).
# The tests read only starts.csv and the file written here.
#
# starts.csv: invented person-months, made by tests/spec/test_start_columns.py:
#   frame, period, starts = history(1500, seed=11)
#   frame.assign(period=period, starts=starts.astype(int)).round(6).to_csv("starts.csv", index=False)
suppressPackageStartupMessages({library(splines); library(survival); library(jsonlite)})
rows <- read.csv("starts.csv")
# Natural splines span the same curves as Harrell's truncated powers: cubic between the knots,
# straight beyond the outer two.
natural <- function(x) {
  at <- unname(quantile(x, c(.05, .35, .65, .95)))
  ns(x, knots = at[2:3], Boundary.knots = at[c(1, 4)])
}
# Columns are written out: glm's own test of rank hangs on `epsilon`.
second <- as.numeric(rows$grade == 2)
third <- as.numeric(rows$grade == 3)
is_male <- as.numeric(rows$gender == "m")
fit <- glm(
  starts ~ factor(period) - 1 + natural(tenure_months) + natural(age) + is_male + second + third +
    I(second * tenure_months) + I(third * tenure_months) + I(tenure_months * age / 100) +
    I(second * is_male) + I(third * is_male),
  family = binomial, data = rows, epsilon = 1e-14, maxit = 100
)
hazard <- unname(fitted(fit))
within <- concordance(
  Surv(rep(1, nrow(rows)), rows$starts) ~ hazard + strata(rows$period), reverse = TRUE
)
write_json(
  list(
    made_by = paste(R.version.string, "survival", packageVersion("survival")),
    hazard = hazard,
    log_likelihood = as.numeric(logLik(fit)),
    n_columns = fit$rank - length(unique(rows$period)),
    c_statistic = unname(within$concordance)
  ),
  "starts.json", digits = 15, auto_unbox = TRUE, pretty = TRUE
)
