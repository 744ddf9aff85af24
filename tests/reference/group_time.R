# Group-time effects written out in base R: means of changes, cell by cell; no estimating package.
#
#   Rscript tests/reference/group_time.R tests/reference
#
# Data: plm's Males (Vella & Verbeek 1998), 545 men in 1980-1987. A man "starts" in the first year
# in which he is in a union and stays started: an absorbing start made from an exposure that is not
# one, so the numbers test arithmetic, and say nothing about unions. Men in a union in 1980 are
# dropped. group_time_males.csv holds the men as R had them, with the covariates as of 1980
# (school, experience) and one that changes (married); "gaps" is the same without the
# rows in which (nr + year) divides by 7, so that men lack years, their reference among them.
suppressPackageStartupMessages(library(plm))
out <- commandArgs(trailingOnly = TRUE)[1]
data(Males)
first <- function(year, union) if (any(union == "yes")) min(year[union == "yes"]) else NA
start <- sapply(split(Males, Males$nr), function(m) first(m$year, m$union))
panel <- data.frame(nr = Males$nr, year = Males$year, wage = Males$wage,
                    start = start[as.character(Males$nr)], school = Males$school,
                    exper = Males$exper - (Males$year - 1980),
                    married = as.numeric(Males$married == "yes"))
write.csv(within(panel, wage <- sprintf("%.17g", wage)), file.path(out, "group_time_males.csv"),
          row.names = FALSE, quote = FALSE, na = "")
gaps <- panel[(panel$nr + panel$year) %% 7 != 0, ]
years <- sort(unique(panel$year))

wide <- function(panel, column, men) {
  m <- matrix(NA, length(men), length(years), dimnames = list(men, years))
  m[cbind(match(panel$nr, men), match(panel$year, years))] <- panel[[column]]
  m
}

# One cell: its effect, and what each man adds to its error.
cell <- function(w, x, begun, g, t, comparison) {
  base <- g - 1
  change <- w[, as.character(t)] - w[, as.character(base)]
  treated <- begun %in% g
  against <- if (comparison == "never") is.na(begun) else
    (is.na(begun) | begun > max(t, base)) & !treated
  a <- which(treated & !is.na(change))
  b <- which(against & !is.na(change))
  psi <- numeric(length(begun))
  if (is.null(x)) {
    effect <- mean(change[a]) - mean(change[b])
    psi[a] <- (change[a] - mean(change[a])) / length(a)
    psi[b] <- -(change[b] - mean(change[b])) / length(b)
  } else {
    z <- cbind(1, sapply(x, function(column) column[, as.character(base)]))
    bread <- solve(crossprod(z[b, ]))
    beta <- bread %*% crossprod(z[b, ], change[b])
    left <- change - as.vector(z %*% beta)
    effect <- mean(left[a])
    psi[a] <- (left[a] - effect) / length(a)
    psi[b] <- -left[b] * as.vector(z[b, ] %*% bread %*% colMeans(z[a, , drop = FALSE]))
  }
  list(group = g, period = t, effect = effect, psi = psi, n_mentored = length(a),
       n_comparison = length(b))
}

# A mean of the cells weighted by the people of their cohorts, and what each man adds to its error:
# through the cells, and through the sizes of the cohorts.
by_people <- function(effects, psi, groups, cohort) {
  size <- sapply(groups, function(g) sum(cohort %in% g))
  mean <- sum(size * effects) / sum(size)
  of_sizes <- rowSums(sapply(seq_along(groups), function(k)
    (effects[k] - mean) * (cohort %in% groups[k]))) / sum(size)
  list(effect = mean, psi = as.vector(psi %*% (size / sum(size))) + of_sizes)
}
plain <- function(effects, psi) list(effect = mean(effects), psi = rowMeans(psi))

run <- function(panel, comparison, covariates) {
  men <- sort(unique(panel$nr))
  begun <- panel$start[match(men, panel$nr)]
  men <- men[!(begun %in% 1980)]
  begun <- begun[!(begun %in% 1980)]
  kept <- panel[panel$nr %in% men, ]
  w <- wide(kept, "wage", men)
  x <- if (length(covariates)) setNames(lapply(covariates, function(v) wide(kept, v, men)),
                                        covariates)
  cohort <- ifelse(is.na(begun), NA, ifelse(is.na(
    w[cbind(seq_along(men), match(begun - 1, years))]), NA, begun))
  cells <- list()
  for (g in sort(unique(na.omit(begun)))) for (t in years[years != g - 1])
    if (comparison == "never" || any(is.na(begun) | begun > max(t, g - 1)))
      cells[[length(cells) + 1]] <- cell(w, x, begun, g, t, comparison)
  pick <- function(name) sapply(cells, function(k) k[[name]])
  g <- pick("group"); t <- pick("period"); e <- pick("effect"); psi <- pick("psi")
  told <- function(kind, at, one) data.frame(aggregate = kind, at = at, estimate = one$effect,
                                             std_error = sqrt(sum(one$psi^2)))
  after <- which(t >= g)
  rows <- told("simple", NA, by_people(e[after], psi[, after], g[after], cohort))
  dynamic <- lapply(sort(unique(t - g)), function(k) {
    c(list(at = k), by_people(e[t - g == k], psi[, t - g == k, drop = FALSE], g[t - g == k], cohort))
  })
  group <- lapply(sort(unique(g[after])), function(k) {
    own <- after[g[after] == k]
    c(list(at = k), plain(e[own], psi[, own, drop = FALSE]))
  })
  calendar <- lapply(sort(unique(t[after])), function(k) {
    own <- after[t[after] == k]
    c(list(at = k), by_people(e[own], psi[, own, drop = FALSE], g[own], cohort))
  })
  columns <- function(levels) sapply(levels, function(k) k$psi)
  effects <- function(levels) sapply(levels, function(k) k$effect)
  for (k in dynamic) rows <- rbind(rows, told("dynamic", k$at, k))
  later <- Filter(function(k) k$at >= 0, dynamic)
  rows <- rbind(rows, told("dynamic", NA, plain(effects(later), columns(later))))
  for (k in group) rows <- rbind(rows, told("group", k$at, k))
  rows <- rbind(rows, told("group", NA, by_people(effects(group), columns(group),
                                                  sapply(group, function(k) k$at), cohort)))
  for (k in calendar) rows <- rbind(rows, told("calendar", k$at, k))
  rows <- rbind(rows, told("calendar", NA, plain(effects(calendar), columns(calendar))))
  before <- which(t < g - 1)
  v <- crossprod(psi[, before])
  list(cells = data.frame(group = g, period = t, estimate = e, std_error = sqrt(colSums(psi^2)),
                          n_mentored = pick("n_mentored"), n_comparison = pick("n_comparison")),
       aggregates = rows,
       wald = list(statistic = as.numeric(e[before] %*% solve(v, e[before])), df = length(before)))
}

number <- function(x) ifelse(is.na(x), "null", sprintf("%.15g", x))
frame <- function(d) {
  column <- function(x) if (is.character(x)) sprintf('"%s"', x) else number(x)
  sprintf("{%s}", paste(sapply(names(d), function(n)
    sprintf('"%s": [%s]', n, paste(column(d[[n]]), collapse = ", "))), collapse = ",\n   "))
}
parts <- character()
for (data in c("males", "gaps")) for (comparison in c("never", "not_yet"))
  for (with in c("plain", "covariates")) {
    found <- run(if (data == "males") panel else gaps, comparison,
                 if (with == "plain") NULL else c("school", "exper", "married"))
    parts <- c(parts, sprintf(
      '"%s %s %s": {"cells": %s,\n "aggregates": %s,\n "wald": {"statistic": %s, "df": %d}}',
      data, comparison, with, frame(found$cells), frame(found$aggregates),
      number(found$wald$statistic), found$wald$df))
  }
made_by <- sprintf('"made_by": "%s, plm %s"', R.version.string, packageVersion("plm"))
writeLines(sprintf("{%s}", paste(c(made_by, parts), collapse = ",\n")),
           file.path(out, "group_time.json"))
