# Writes weighting.json: what R finds with a Newton of its own and with the survey package.
# Run in this folder: Rscript weighting.R (Debian: r-base-core r-cran-survey r-cran-jsonlite).
# The tests read only weighting.csv and the file written here.
#
# weighting.csv: men of the National Supported Work experiment (LaLonde 1986, Am. Econ. Rev.
# 76:604), those with earnings of 1974 (Dehejia & Wahba 1999, J. Am. Stat. Assoc. 94:1053), and
# every eighth of the 15,992 men of the Current Population Survey that they are compared with,
# from the first. From causaldata 0.1.5 (Python; N. Huntington-Klein; MIT), nsw_mixtape.dta and
# cps_mixtape.dta, columns and order as there, earnings to two decimals:
#
#   def read(name): return pd.read_stata(f"{name}_mixtape/{name}_mixtape.dta").assign(sample=name)
#   men = pd.concat([read("nsw"), read("cps").iloc[::8]]).astype({"re74": float, "re75": float, "re78": float})
#   columns = ["sample", "treat", "age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75", "re78"]
#   men[columns].round(2).to_csv("weighting.csv", index=False)
suppressPackageStartupMessages({library(survey); library(jsonlite)})
people <- read.csv("weighting.csv")
people$u74 <- as.integer(people$re74 == 0)
people$u75 <- as.integer(people$re75 == 0)
people$race <- ifelse(people$black == 1, "black", ifelse(people$hisp == 1, "hispanic", "other"))
people$re74_partly <- ifelse(seq_len(nrow(people)) %% 11 == 0, NA, people$re74)

standardised <- function(x) sweep(sweep(x, 2, colMeans(x)), 2, apply(x, 2, sd), "/")

# Maximum likelihood of a logit; returns log odds.
logit_newton <- function(x, treat) {
  x <- cbind(1, standardised(x))
  beta <- rep(0, ncol(x))
  for (step in 1:100) {
    p <- plogis(drop(x %*% beta))
    move <- solve(crossprod(x, x * (p * (1 - p))), crossprod(x, treat - p))
    beta <- beta + drop(move)
    if (max(abs(move)) < 1e-13) break
  }
  drop(x %*% beta)
}

# Entropy balancing: weights of the rows of x whose means are `target` (Hainmueller 2012, eq. 8 on).
dual_newton <- function(x, target) {
  d <- sweep(x, 2, target)
  d <- sweep(d, 2, apply(d, 2, sd), "/")
  lambda <- rep(0, ncol(d))
  dual <- function(l) { z <- -drop(d %*% l); max(z) + log(sum(exp(z - max(z)))) }
  for (step in 1:500) {
    z <- -drop(d %*% lambda)
    w <- exp(z - max(z))
    w <- w / sum(w)
    slope <- -drop(crossprod(d, w))
    if (max(abs(slope)) < 1e-14) break
    bend <- crossprod(d, d * w) - tcrossprod(slope)
    move <- -solve(bend, slope)
    share <- 1
    while (dual(lambda + share * move) > dual(lambda) + 1e-14 && share > 1e-10) share <- share / 2
    lambda <- lambda + share * move
  }
  w
}

squares <- function(x, about) {
  more <- x[, apply(x, 2, function(column) length(unique(column)) > 2), drop = FALSE]
  means <- colMeans(more[about, , drop = FALSE])
  cbind(x, sweep(more, 2, means)^2)
}

weights_of <- function(x, treat, method) {
  treated <- treat == 1
  w <- rep(1, length(treat))
  if (method %in% c("ipw att", "ipw att truncated", "ipw ate", "overlap")) {
    e <- plogis(logit_newton(x, treat))
    share <- mean(treat)
    w <- switch(method,
      "ipw ate" = ifelse(treated, share / e, (1 - share) / (1 - e)),
      "overlap" = ifelse(treated, 1 - e, e),
      ifelse(treated, 1, e / (1 - e) * (1 - share) / share))
    if (method == "ipw att truncated") w[!treated] <- pmin(w[!treated], quantile(w[!treated], 0.99))
  } else if (method == "entropy ate") {
    for (arm in list(treated, !treated)) w[arm] <- dual_newton(x[arm, ], colMeans(x))
  } else {
    if (method == "entropy att variances") x <- squares(x, treated)
    w[!treated] <- dual_newton(x[!treated, ], colMeans(x[treated, ]))
  }
  for (arm in list(treated, !treated)) w[arm] <- w[arm] / mean(w[arm])
  w
}

kish <- function(w) sum(w)^2 / sum(w^2)
found <- function(data, x, method) {
  w <- weights_of(x, data$treat, method)
  data$w <- w
  fit <- svyglm(re78 ~ treat, design = svydesign(ids = ~1, weights = ~w, data = data))
  list(
    estimate = coef(fit)[["treat"]],
    effective = c(kish(w[data$treat == 1]), kish(w[data$treat == 0])),
    largest = max(w),
    some_weights = w[seq(1, length(w), by = 20)]
  )
}

matrix_of <- function(data) as.matrix(data[, c(
  "age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75", "u74", "u75"
)])
methods <- c("ipw att", "ipw att truncated", "ipw ate", "overlap", "entropy att",
             "entropy att variances", "entropy ate")
every <- function(data, x, which) sapply(which, function(m) found(data, x, m), simplify = FALSE)

experiment <- people[people$sample == "nsw", ]
against_cps <- people[people$treat == 1 | people$sample == "cps", ]
# Everybody's averages are out of reach of 185 men, so no entropy balancing to them here.
usual <- setdiff(methods, "entropy ate")

# Levels and missing values: an indicator, and a fixed number. Other base level, other number.
partly <- against_cps
missing <- as.numeric(is.na(partly$re74_partly))
with_missing <- cbind(
  age = partly$age, black = partly$race == "black", hispanic = partly$race == "hispanic",
  re74 = ifelse(missing == 1, 5000, partly$re74_partly), missing = missing
)

write_json(list(
  made_by = paste0(R.version.string, ", survey ", packageVersion("survey")),
  experiment = every(experiment, matrix_of(experiment), methods),
  cps = every(against_cps, matrix_of(against_cps), usual),
  levels_and_missing = every(partly, with_missing, c("overlap", "ipw att", "entropy att"))
), "weighting.json", digits = NA, auto_unbox = TRUE, pretty = TRUE)
