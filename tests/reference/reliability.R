# Writes reliability.json and reliability_*.csv: what R's psych and lavaan find.
# Run in this folder: Rscript reliability.R (Debian: r-base-core r-cran-psych r-cran-lavaan
# r-cran-jsonlite). The tests read only the files written here. Answers are made up below.
suppressMessages({library(psych); library(lavaan); library(jsonlite)})
set.seed(20240517)

# Answers of `n` people from 1 to `highest`; items in `turned` are asked the other way round.
made <- function(n, loadings, spread, highest, turned = c(), skipped = 0) {
  feeling <- rnorm(n)
  middle <- (1 + highest) / 2
  answers <- sapply(seq_along(loadings), function(j) {
    given <- round(middle + 0.4 + spread * (loadings[j] * feeling + sqrt(1 - loadings[j]^2) * rnorm(n)))
    given <- pmin(highest, pmax(1, given))
    given[runif(n) < skipped] <- NA
    given
  })
  answers[, turned] <- 1 + highest - answers[, turned]
  colnames(answers) <- paste0("i", seq_along(loadings))
  as.data.frame(answers)
}
sheets <- list(
  three = made(260, c(.8, .7, .6), 1.2, 7, turned = 2),
  four = made(400, c(.75, .6, .8, .5), 0.9, 5, turned = c(2, 4), skipped = .03),
  ten = made(520, seq(.4, .85, length.out = 10), 1.0, 5, skipped = .01),
  two = made(150, c(.8, .7), 1.1, 7, turned = 2)
)
turned <- list(three = 2, four = c(2, 4), ten = c(), two = 2)
highest <- c(three = 7, four = 5, ten = 5, two = 7)

of_sheets <- function(name) {
  answers <- sheets[[name]]
  write.csv(answers, paste0("reliability_", name, ".csv"), row.names = FALSE, quote = FALSE, na = "")
  keyed <- answers
  keyed[turned[[name]]] <- 1 + highest[[name]] - keyed[turned[[name]]]
  keyed <- keyed[complete.cases(keyed), ]
  n <- nrow(keyed); k <- ncol(keyed)
  found <- suppressWarnings(psych::alpha(keyed))
  alpha <- found$total$raw_alpha
  feldt <- alpha.ci(alpha, n.obs = n, n.var = k, digits = 15)
  answer <- list(
    n = n, alpha = alpha, feldt = c(feldt$lower.ci, feldt$upper.ci),
    by_qf = 1 - (1 - alpha) * qf(c(.975, .025), n - 1, (n - 1) * (k - 1)),
    item_rest = unname(found$item.stats$r.drop)
  )
  if (k == 2) {
    r <- cor(keyed)[1, 2]
    answer$spearman_brown <- 2 * r / (1 + r)
    return(answer)
  }
  items <- names(keyed)
  model <- paste0(
    "f =~ ", paste0("l", 1:k, "*", items, collapse = " + "), "\n",
    paste0(items, " ~~ t", 1:k, "*", items, collapse = "\n"), "\n",
    "common := (", paste0("l", 1:k, collapse = " + "), ")^2\n",
    "omega := common / (common + ", paste0("t", 1:k, collapse = " + "), ")\n"
  )
  fit <- cfa(model, keyed, std.lv = TRUE)
  stopifnot(lavInspect(fit, "converged"))
  estimates <- parameterEstimates(fit)
  omega <- estimates[estimates$lhs == "omega", ]
  answer$omega_lavaan <- omega$est
  answer$omega_error_lavaan <- omega$se
  answer$loadings_lavaan <- estimates$est[estimates$op == "=~"]
  # Maximum likelihood is equivariant: loadings of correlations times SDs are those of covariances.
  by_ml <- fa(keyed, nfactors = 1, fm = "ml")
  sds <- apply(keyed, 2, sd)
  l <- by_ml$loadings[, 1] * sds
  answer$omega_fa <- sum(l)^2 / (sum(l)^2 + sum(by_ml$uniquenesses * sds^2))
  answer
}
answers <- lapply(setNames(names(sheets), names(sheets)), of_sheets)
versions <- list(
  R = as.character(getRversion()), psych = as.character(packageVersion("psych")),
  lavaan = as.character(packageVersion("lavaan"))
)
write_json(
  c(list(versions = versions), answers), "reliability.json", digits = I(15), auto_unbox = TRUE,
  pretty = TRUE
)
