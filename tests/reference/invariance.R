# Writes invariance.json and invariance_*.csv: what R's lavaan finds.
# Run in this folder: Rscript invariance.R (Debian: r-base-core r-cran-lavaan r-cran-jsonlite).
# The tests read only the files written here. Answers are made up below.
suppressMessages({library(lavaan); library(jsonlite)})
set.seed(20240518)

# Answers of one group, 1 to `highest`, some skipped.
made <- function(n, loadings, intercepts, mean, spread, highest, skipped) {
  feeling <- rnorm(n, mean, spread)
  answers <- sapply(seq_along(loadings), function(j) {
    given <- round(intercepts[j] + loadings[j] * feeling + rnorm(n, 0, .8))
    given <- pmin(highest, pmax(1, given))
    given[runif(n) < skipped] <- NA
    given
  })
  colnames(answers) <- paste0("i", seq_along(loadings))
  as.data.frame(answers)
}
sheets_of <- function(groups, highest = 7, skipped = 0) {
  do.call(rbind, lapply(names(groups), function(label) {
    g <- groups[[label]]
    data.frame(group = label, made(g$n, g$l, g$t, g$m, g$s, highest, skipped))
  }))
}
sheets <- list(
  three_items_alike = sheets_of(list(
    a = list(n = 320, l = c(1, .8, .9), t = c(4, 4.2, 3.9), m = 0, s = 1),
    b = list(n = 280, l = c(1, .8, .9), t = c(4, 4.2, 3.9), m = .4, s = 1.2)
  )),
  four_items_loadings_differ = sheets_of(list(
    a = list(n = 300, l = c(1, .8, .9, .7), t = c(4, 4.2, 3.9, 4.1), m = 0, s = 1),
    b = list(n = 350, l = c(1, .8, .3, .7), t = c(4, 4.2, 3.9, 4.1), m = 0, s = 1),
    c = list(n = 250, l = c(1, .8, .9, 1.2), t = c(4, 4.2, 3.9, 4.1), m = .2, s = .9)
  ), skipped = .02),
  five_items_intercepts_differ = sheets_of(list(
    a = list(n = 420, l = c(.9, .8, .9, .7, .6), t = c(3, 3.2, 2.9, 3.1, 3), m = 0, s = 1),
    b = list(n = 160, l = c(.9, .8, .9, .7, .6), t = c(3, 3.9, 2.9, 2.6, 3), m = .3, s = 1)
  ), highest = 5),
  three_items_three_waves = sheets_of(list(
    "1" = list(n = 400, l = c(1, .9, .8), t = c(4, 4.2, 3.9), m = 0, s = 1),
    "2" = list(n = 330, l = c(1, .9, .8), t = c(4, 4.2, 4.2), m = .2, s = 1),
    "3" = list(n = 270, l = c(1, .7, .8), t = c(4, 4.2, 4.5), m = .1, s = 1)
  ), skipped = .01)
)
steps <- list(configural = "", metric = "loadings", scalar = c("loadings", "intercepts"))

of_sheets <- function(name) {
  answers <- sheets[[name]]
  write.csv(answers, paste0("invariance_", name, ".csv"), row.names = FALSE, quote = FALSE, na = "")
  model <- paste("f =~", paste(setdiff(names(answers), "group"), collapse = " + "))
  lapply(steps, function(equal) {
    fit <- cfa(
      model, answers, group = "group", group.equal = equal, meanstructure = TRUE
    )
    stopifnot(lavInspect(fit, "converged"))
    as.list(fitMeasures(fit, c(
      "chisq", "df", "pvalue", "cfi", "rmsea", "srmr", "ntotal", "baseline.chisq", "baseline.df"
    )))
  })
}
answers <- lapply(setNames(names(sheets), names(sheets)), of_sheets)
versions <- list(
  R = as.character(getRversion()), lavaan = as.character(packageVersion("lavaan"))
)
write_json(
  c(list(versions = versions), answers), "invariance.json", digits = I(15), auto_unbox = TRUE,
  pretty = TRUE
)
