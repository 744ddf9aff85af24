# Writes panel.json and panel.csv. Run in this folder: Rscript panel.R
# (Debian: r-base-core r-cran-plm r-cran-aer r-cran-sandwich r-cran-jsonlite).
# The tests read only the files written here. Real panels as shipped by plm and AER (GPL-2 or later),
# their numbers cut to eight digits before anything is computed; one row per unit and period:
#
#   grunfeld    investment of 10 firms, 20 years               balanced
#   produc      output of 48 states, 17 years                  balanced
#   cigar       cigarettes in 46 states, 30 years              balanced
#   crime       crime in 90 counties, 7 years                  balanced
#   guns        violent crime and gun laws, 51 states, 23 years   balanced
#   fatalities  beer tax and traffic deaths, 48 states, 7 years   balanced
#   wages       wages of 595 people, 7 years                   balanced
#   empluk      employment of 140 firms, 7 to 9 years          unbalanced
#   gaps        produc without every fifth row by a rule       unbalanced
#   hedonic     house prices in 92 towns, 1 to 30 rows         unbalanced; random effects only
suppressPackageStartupMessages({library(plm); library(AER); library(sandwich); library(jsonlite)})
data("Grunfeld", "Produc", "Cigar", "Crime", "Wages", "EmplUK", "Hedonic", package = "plm")
data("Guns", "Fatalities", package = "AER")

frame <- function(unit, period, y, ..., z1 = NA) {
  x <- list(...)
  names(x) <- paste0("x", seq_along(x))
  out <- data.frame(unit = as.integer(factor(unit)), period = as.integer(factor(period)), y = y, x)
  out$z1 <- z1
  for (name in setdiff(names(out), c("unit", "period"))) out[[name]] <- signif(out[[name]], 8)
  out
}
Wages$id <- rep(1:595, each = 7)
Wages$year <- rep(1:7, 595)
Hedonic$row <- ave(seq_len(nrow(Hedonic)), Hedonic$townid, FUN = seq_along)
produc <- with(Produc, frame(state, year, log(gsp), log(pcap), log(pc), log(emp), unemp))
panels <- list(
  grunfeld = with(Grunfeld, frame(firm, year, inv, value, capital)),
  produc = produc,
  cigar = with(Cigar, frame(state, year, log(sales), log(price / cpi), log(ndi / cpi))),
  crime = with(Crime, frame(county, year, lcrmrte, lprbarr, lpolpc, ldensity)),
  guns = with(Guns, frame(state, year, log(violent), as.numeric(law == "yes"), prisoners / 100, density)),
  fatalities = with(Fatalities, frame(state, year, 1e4 * fatal / pop, beertax)),
  wages = with(Wages, frame(id, year, lwage, wks, as.numeric(union == "yes"),
                            as.numeric(married == "yes"), z1 = ed)),
  empluk = with(EmplUK, frame(firm, year, log(emp), log(wage), log(output))),
  gaps = produc[(7 * produc$unit + 3 * produc$period) %% 5 != 0, ],
  hedonic = with(Hedonic, frame(townid, row, mv, crim, age, rm))
)

errors <- function(v) unname(sqrt(diag(v)))
arellano <- function(fit, type) vcovHC(fit, method = "arellano", type = type, cluster = "group")

two_way <- function(panel, xs) {
  f <- reformulate(xs, "y")
  fit <- plm(f, panel, index = c("unit", "period"), model = "within", effect = "twoways")
  dummies <- lm(update(f, . ~ . + factor(unit) + factor(period)), panel)
  # Stata's xtreg, fe: least squares of deviations from unit means, the overall mean put back, on
  # regressors and period dummies, with all of these coefficients counted.
  back <- function(v) v - ave(v, panel$unit) + mean(v)
  design <- model.matrix(update(f, . ~ . + factor(period)), panel)[, -1]
  moved <- lm(back(panel$y) ~ apply(design, 2, back))
  of_lm <- function(model, at) errors(vcovCL(model, cluster = panel$unit, type = "HC1"))[at]
  list(
    coefficients = unname(coef(fit)), HC0 = errors(arellano(fit, "HC0")),
    sss = errors(arellano(fit, "sss")),
    areg = of_lm(dummies, match(xs, names(coef(dummies)))),
    xtreg = of_lm(moved, 1 + seq_along(xs)), n_rows = nrow(panel)
  )
}
random <- function(f, panel) {
  fit <- plm(f, panel, index = c("unit", "period"), model = "random", random.method = "swar")
  components <- ercomp(fit)
  list(
    terms = names(coef(fit)), coefficients = unname(coef(fit)), model_errors = errors(vcov(fit)),
    HC0 = errors(arellano(fit, "HC0")), sss = errors(arellano(fit, "sss")),
    variances = unname(components$sigma2[c("idios", "id")]),
    theta = range(unlist(components$theta))
  )
}
# phtest gives a number whether or not the difference of covariances is one: `smallest` is the least
# eigenvalue of it, as correlations.
of_hausman <- function(f, panel) {
  within <- plm(f, panel, index = c("unit", "period"), model = "within")
  random <- plm(f, panel, index = c("unit", "period"), model = "random")
  test <- phtest(within, random)
  names <- names(coef(within))
  difference <- vcov(within) - vcov(random)[names, names]
  scale <- sqrt(abs(diag(difference)))
  list(chi_square = unname(test$statistic), df = unname(test$parameter), p = unname(test$p.value),
       smallest = min(eigen(difference / outer(scale, scale))$values))
}
# Mundlak's regression, and random effects with period effects. plm's components stop at columns that
# are the same between units, so the textbook is written out in whole matrices: Swamy and Arora's two quadratic forms with their
# expectations (Baltagi & Chang 1994), least squares with the covariance of rows inverted, and the
# clustered covariance of its coefficients; Wald's test of the means.
written_out <- function(panel, xs, period_effects, means) {
  if (nrow(panel) > 1200) return(NULL)
  x <- as.matrix(panel[xs])
  if (period_effects) x <- cbind(x, model.matrix(~ factor(period), panel)[, -1])
  unit <- model.matrix(~ 0 + factor(unit), panel)
  counts <- colSums(unit)
  p <- unit %*% (t(unit) / counts)
  q <- diag(nrow(panel)) - p
  independent <- function(m) { d <- qr(m, tol = 1e-9); m[, d$pivot[seq_len(d$rank)], drop = FALSE] }
  z_within <- independent(q %*% x)
  z_between <- independent(cbind(1, p %*% x))
  hat <- function(z) z %*% solve(crossprod(z), t(z))
  residual <- function(z, v) v - z %*% solve(crossprod(z), crossprod(z, v))
  y <- panel$y
  s_within <- sum(residual(z_within, q %*% y)^2)
  s_between <- sum(residual(z_between, p %*% y)^2)
  nu <- s_within / (nrow(panel) - ncol(unit) - ncol(z_within))
  trace <- sum(hat(z_between) * (unit %*% t(unit)))
  mu <- (s_between - (ncol(unit) - ncol(z_between)) * nu) / (nrow(panel) - trace)
  mu <- max(mu, 0)
  design <- if (means) independent(cbind(1, x, p %*% x)) else cbind(1, x)
  omega <- solve(diag(nrow(panel)) * nu + mu * unit %*% t(unit))
  bread <- solve(t(design) %*% omega %*% design)
  b <- drop(bread %*% (t(design) %*% (omega %*% y)))
  weighted <- (omega %*% (y - design %*% b))
  scores <- t(unit) %*% (design * drop(weighted))
  g <- ncol(unit); n <- nrow(panel)
  v <- bread %*% crossprod(scores) %*% bread * g / (g - 1) * (n - 1) / (n - ncol(design))
  k <- length(xs)
  of_x <- 1 + seq_len(k)
  if (!means) return(list(coefficients = b[of_x], sss = errors(v)[of_x], variances = c(nu, mu)))
  # Columns: 1, then x, then the means, as long as none of these was left out.
  stopifnot(ncol(design) == ncol(z_within) + ncol(z_between))
  of_means <- 1 + ncol(x) + seq_len(k)
  list(
    within = b[of_x], of_means = b[of_means], within_errors = errors(v)[of_x],
    means_errors = errors(v)[of_means],
    chi_square = drop(b[of_means] %*% solve(v[of_means, of_means], b[of_means])),
    variances = c(nu, mu)
  )
}

results <- list()
for (name in names(panels)) {
  panel <- panels[[name]]
  xs <- grep("^x", names(panel), value = TRUE)
  f <- reformulate(xs, "y")
  found <- list(
    regressors = I(xs), random = random(f, panel), hausman = of_hausman(f, panel),
    mundlak = written_out(panel, xs, FALSE, TRUE)
  )
  if (name != "hedonic") {
    found$two_way <- two_way(panel, xs)
    found$mundlak_periods <- written_out(panel, xs, TRUE, TRUE)
    found$random_periods <- written_out(panel, xs, TRUE, FALSE)
  }
  if (name == "wages") found$random_constant <- random(y ~ x1 + x2 + x3 + z1, panel)
  results[[name]] <- found
}
results$versions <- list(R = as.character(getRversion()), plm = as.character(packageVersion("plm")),
                         AER = as.character(packageVersion("AER")),
                         sandwich = as.character(packageVersion("sandwich")))
writeLines(toJSON(results, digits = I(15), auto_unbox = TRUE, pretty = TRUE), "panel.json")
all_columns <- c("unit", "period", "y", paste0("x", 1:4), "z1")
rows <- do.call(rbind, lapply(names(panels), function(name) {
  panel <- panels[[name]]
  for (column in setdiff(all_columns, names(panel))) panel[[column]] <- NA
  cbind(panel = name, panel[all_columns])
}))
write.csv(rows, "panel.csv", row.names = FALSE, quote = FALSE, na = "")
