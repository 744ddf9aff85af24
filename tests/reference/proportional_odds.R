# Writes proportional_odds.json, proportional_odds_wine.csv and proportional_odds_housing.csv: what
# R's ordinal::clm and MASS::polr find, errors clustered by sandwich::vcovCL.
# Run in this folder: Rscript proportional_odds.R
# (Debian: r-base-core r-cran-mass r-cran-ordinal r-cran-sandwich r-cran-numderiv).
# The tests read only the files written here. `wine`: nine judges taste eight bottles (Randall 1989,
# Biometrical J. 31:781), as shipped by ordinal (GPL-2 or later); `housing`: 1,681 residents of
# Copenhagen counted by satisfaction (Madsen 1976), as shipped by MASS (GPL-2 or GPL-3).
library(ordinal)
library(sandwich)

number <- function(x) paste0("[", paste(formatC(x, digits = 15, format = "g"), collapse = ", "), "]")
results <- c()
add <- function(name, fields) {
  inner <- paste0("    \"", names(fields), "\": ", unlist(fields), collapse = ",\n")
  results <<- c(results, paste0("  \"", name, "\": {\n", inner, "\n  }"))
}

wine <- data.frame(
  judge = as.integer(ordinal::wine$judge),
  rating = as.integer(ordinal::wine$rating),
  response = ordinal::wine$response,
  warm = as.integer(ordinal::wine$temp == "warm"),
  contact = as.integer(ordinal::wine$contact == "yes")
)
# Weights that are no whole numbers: by bottle and judge, from .4 to 2.
wine$weight <- 0.4 + 0.2 * ((wine$judge * 3 + as.integer(ordinal::wine$bottle) * 5) %% 9)
write.csv(wine, "proportional_odds_wine.csv", row.names = FALSE, quote = FALSE)
housing <- MASS::housing
housing <- data.frame(
  satisfaction = as.integer(housing$Sat),
  influence_medium = as.integer(housing$Infl == "Medium"),
  influence_high = as.integer(housing$Infl == "High"),
  apartment = as.integer(housing$Type == "Apartment"),
  atrium = as.integer(housing$Type == "Atrium"),
  terrace = as.integer(housing$Type == "Terrace"),
  contact_high = as.integer(housing$Cont == "High"),
  n = housing$Freq
)
write.csv(housing, "proportional_odds_housing.csv", row.names = FALSE, quote = FALSE)

closely <- clm.control(gradTol = 1e-11, maxIter = 200)
of_clm <- function(name, outcome, weights) {
  wine$y <- factor(wine[[outcome]])
  wine$w <- weights
  fit <- clm(y ~ warm + contact, data = wine, weights = w, control = closely)
  add(name, list(
    thresholds = number(fit$alpha), coefficients = number(fit$beta),
    std_errors = number(sqrt(diag(vcov(fit)))),
    clustered = number(sqrt(diag(vcovCL(fit, cluster = wine$judge)))),
    loglik = number(as.numeric(logLik(fit)))
  ))
  fit
}
fit <- of_clm("wine", "rating", rep(1, nrow(wine)))
of_clm("wine weighted", "rating", wine$weight)
of_clm("wine many levels", "response", rep(1, nrow(wine)))

# Score test of an effect that changes with the share at or below the threshold, derivatives taken
# numerically at the maximum without such a change.
share <- cumsum(table(wine$rating)) / nrow(wine)
trend <- share[-length(share)] - 0.5
x <- as.matrix(wine[c("warm", "contact")])
rao <- function(column) {
  loglik <- function(par) {
    m <- length(trend)
    linear <- drop(x %*% par[m + 1:2])
    change <- outer(x[, column] * par[m + 3], trend)
    up_to <- 1 / (1 + exp(linear + change - matrix(par[1:m], nrow(x), m, byrow = TRUE)))
    p <- cbind(up_to, 1) - cbind(0, up_to)
    sum(log(p[cbind(seq_len(nrow(x)), wine$rating)]))
  }
  at <- c(fit$alpha, fit$beta, 0)
  # By complex steps: real ones lose three digits of the second derivatives here.
  score <- numDeriv::grad(loglik, at, method = "complex")
  drop(score %*% solve(-numDeriv::hessian(loglik, at, method = "complex")) %*% score)
}
add("trend", list(chi_square = number(c(rao("warm"), rao("contact")))))

fit <- MASS::polr(
  factor(satisfaction) ~ influence_medium + influence_high + apartment + atrium + terrace +
    contact_high,
  data = housing, weights = n, Hess = TRUE, control = list(reltol = 1e-16, maxit = 1000)
)
order <- c(7, 8, 1:6) # thresholds first
add("housing", list(
  thresholds = number(fit$zeta), coefficients = number(fit$coefficients),
  std_errors = number(sqrt(diag(vcov(fit)))[order]), loglik = number(as.numeric(logLik(fit)))
))
add("versions", as.list(setNames(
  paste0("\"", c(as.character(getRversion()), sapply(
    c("ordinal", "MASS", "sandwich", "numDeriv"), function(p) as.character(packageVersion(p))
  )), "\""),
  c("R", "ordinal", "MASS", "sandwich", "numDeriv")
)))
writeLines(c("{", paste(results, collapse = ",\n"), "}"), "proportional_odds.json")
