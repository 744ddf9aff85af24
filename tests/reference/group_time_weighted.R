# Weighted group-time effects by lm in base R: what comparison men weigh differs from cell to cell.
#
#   Rscript tests/reference/group_time_weighted.R tests/reference
#
# Data: group_time_males.csv, made by group_time.R of plm's Males (Vella & Verbeek 1998); "gaps" as
# there. The chance of not having joined a union by the end of a year is made up: the product since
# 1980 of one less a hazard that hangs on recorded columns, so the numbers test arithmetic alone.
# Comparison men, who have not joined by the later year, weigh their chance at the reference over
# that at the end of the year; in the years before the reference they weigh alike. "cut" moves the
# weights of each cell to their quantiles .1 and .9, taken as weights that occur, from outside in.
#
# An effect is the mean change of those who join less the mean of what the weighted regression of
# the others' changes (lm, weights) foretells for them. Its error is put together from residuals:
# of those who join, of the mean; of the others, through the coefficients (sandwich's estfun and
# bread, with the weights as they are).
suppressPackageStartupMessages({library(plm); library(sandwich)})
folder <- commandArgs(trailingOnly = TRUE)[1]
panel <- read.csv(file.path(folder, "group_time_males.csv"))
data(Males)
stopifnot(all.equal(panel$wage, Males$wage), all(panel$nr == Males$nr))
panel <- panel[order(panel$nr, panel$year), ]
panel$hazard <- ifelse(panel$year == 1980, 0,
                       plogis(-4 + 0.1 * panel$school + 0.4 * panel$married + (panel$nr %% 5) / 4 +
                                0.2 * (panel$year - 1980)))
panel$chance <- ave(1 - panel$hazard, panel$nr, FUN = cumprod)
years <- sort(unique(panel$year))

wide <- function(panel, column, men) {
  m <- matrix(NA, length(men), length(years), dimnames = list(men, years))
  m[cbind(match(panel$nr, men), match(panel$year, years))] <- panel[[column]]
  m
}
cut_off <- function(w, q) {
  s <- sort(w)
  last <- length(s) - 1
  pmin(pmax(w, s[floor((1 - q) * last) + 1]), s[ceiling(q * last) + 1])
}

cell <- function(w, x, chance, begun, g, t, quantile) {
  base <- g - 1
  column <- function(m, year) m[, as.character(year)]
  change <- column(w, t) - column(w, base)
  joins <- begun %in% g & !is.na(change)
  others <- (is.na(begun) | begun > max(t, base)) & !(begun %in% g) & !is.na(change)
  weight <- if (t > base) column(chance, base) / column(chance, t) else rep(1, length(begun))
  weight[others] <- cut_off(weight[others], quantile)
  rows <- data.frame(change = change, weight = weight)
  for (name in names(x)) rows[[name]] <- column(x[[name]], base)
  form <- if (length(x)) reformulate(names(x), "change") else change ~ 1
  fit <- lm(form, data = rows[others, ], weights = weight)
  left <- change[joins] - predict(fit, rows[joins, ])
  effect <- mean(left)
  at <- colMeans(model.matrix(delete.response(terms(fit)), rows[joins, ]))
  psi <- numeric(length(begun))
  psi[joins] <- (left - effect) / sum(joins)
  psi[others] <- -as.vector(estfun(fit) %*% bread(fit) %*% at) / nobs(fit)
  list(group = g, period = t, effect = effect, psi = psi, n_mentored = sum(joins),
       n_comparison = sum(others))
}

run <- function(panel, covariates, quantile) {
  begun <- panel$start[match(sort(unique(panel$nr)), panel$nr)]
  men <- sort(unique(panel$nr))[!(begun %in% 1980)]
  begun <- begun[!(begun %in% 1980)]
  kept <- panel[panel$nr %in% men, ]
  w <- wide(kept, "wage", men)
  chance <- wide(kept, "chance", men)
  x <- setNames(lapply(covariates, function(v) wide(kept, v, men)), covariates)
  cells <- list()
  for (g in sort(unique(na.omit(begun)))) for (t in years[years != g - 1])
    cells[[length(cells) + 1]] <- cell(w, x, chance, begun, g, t, quantile)
  pick <- function(name) sapply(cells, function(k) k[[name]])
  g <- pick("group"); t <- pick("period"); e <- pick("effect"); psi <- pick("psi")
  # Each man's mean effect since he joined, averaged over men: cohorts by those with a reference.
  has_base <- !is.na(begun) & !is.na(w[cbind(seq_along(men), match(begun - 1, years))])
  size <- sapply(sort(unique(g)), function(k) sum(begun[has_base] == k))
  own <- sapply(sort(unique(g)), function(k) mean(e[g == k & t >= k]))
  own_psi <- sapply(sort(unique(g)), function(k) rowMeans(psi[, g == k & t >= k, drop = FALSE]))
  overall <- sum(size * own) / sum(size)
  of_sizes <- rowSums(sapply(seq_along(size), function(k)
    (own[k] - overall) * (has_base & begun %in% sort(unique(g))[k]))) / sum(size)
  list(cells = data.frame(group = g, period = t, estimate = e, std_error = sqrt(colSums(psi^2)),
                          n_mentored = pick("n_mentored"), n_comparison = pick("n_comparison")),
       overall = c(overall, sqrt(sum((own_psi %*% (size / sum(size)) + of_sizes)^2))))
}

number <- function(x) sprintf("%.15g", x)
frame <- function(d) sprintf("{%s}", paste(sapply(names(d), function(n)
  sprintf('"%s": [%s]', n, paste(number(d[[n]]), collapse = ", "))), collapse = ",\n   "))
parts <- character()
for (data in c("males", "gaps")) for (with in c("plain", "covariates"))
  for (cut in c("whole", "cut")) {
    rows <- if (data == "males") panel else panel[(panel$nr + panel$year) %% 7 != 0, ]
    found <- run(rows, if (with == "plain") character() else c("school", "exper", "married"),
                 if (cut == "whole") 1 else 0.9)
    parts <- c(parts, sprintf('"%s %s %s": {"cells": %s,\n "overall": [%s]}', data, with, cut,
                              frame(found$cells), paste(number(found$overall), collapse = ", ")))
  }
made_by <- sprintf('"made_by": "%s, plm %s, sandwich %s"', R.version.string,
                   packageVersion("plm"), packageVersion("sandwich"))
writeLines(sprintf("{%s}", paste(c(made_by, parts), collapse = ",\n")),
           file.path(folder, "group_time_weighted.json"))
