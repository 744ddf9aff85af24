# Matched differences of the wages of men who join a union, on the panel of Vella & Verbeek (1998).
#
#   Rscript tests/reference/matched_difference.R tests/reference
#
# Each man's first year in a union, if he was in none the years before, is a start; his comparators
# are the men of the same ethnicity, years of schooling and marital status in 1980 who have not been
# in one by that year, sharing a weight of 1. A comparator who joins later is followed to the year before; he and the
# others then weigh 1 + a tenth of (nr mod 5) times as much, so that weights are no whole numbers.
#
# A difference is the coefficient of a weighted regression of changes on who joins (lm). Its error
# is put together by hand from residuals: scores are summed by man, by set and by row, each times
# G / (G - 1); by man alone, and two ways as V_man + V_set - V_row (Cameron, Gelbach & Miller 2011).
# The package sandwich says the same of either (vcovCL, HC0).
suppressPackageStartupMessages({library(plm); library(sandwich)})
folder <- commandArgs(trailingOnly = TRUE)[1]
data("Males")
men <- Males[, c("nr", "year", "wage", "school", "ethn", "married")]
men$union <- Males$union == "yes"
years <- split(men$year[men$union], men$nr[men$union])
start <- sapply(split(men$year[men$union], men$nr[men$union]), min)
first <- men[men$year == 1980, ]
first$start <- ifelse(first$nr %in% names(start), start[as.character(first$nr)], Inf)
joined <- first[is.finite(first$start) & first$start > 1980, ]

sets <- do.call(rbind, lapply(seq_len(nrow(joined)), function(row) {
  one <- joined[row, ]
  alike <- first$ethn == one$ethn & first$school == one$school & first$married == one$married &
    first$start > one$start
  if (!any(alike)) return(NULL)
  data.frame(set_id = row, person_id = c(one$nr, first$nr[alike]), start_period = one$start,
             is_mentored = c(TRUE, rep(FALSE, sum(alike))),
             weight = c(1, rep(1 / sum(alike), sum(alike))))
}))
wage <- function(nr, year) {
  men$wage[match(paste(nr, year), paste(men$nr, men$year))]
}
own_start <- first$start[match(sets$person_id, first$nr)]
changes <- function(k) {
  rows <- sets
  rows$change <- wage(sets$person_id, sets$start_period + k) -
    wage(sets$person_id, sets$start_period - 1)
  if (k >= 0) {
    rows$weight <- rows$weight * (1 + (rows$person_id %% 5) / 10)
    rows <- rows[rows$is_mentored | own_start > rows$start_period + k, ]
  }
  rows <- rows[!is.na(rows$change), ]
  if (k < 0) {                 # sets with both arms; comparators sum to the men of their set again
    sums <- function(arm) tapply(rows$weight * (rows$is_mentored == arm), rows$set_id, sum)
    ones <- as.character(rows$set_id)
    kept <- sums(TRUE)[ones] > 0 & sums(FALSE)[ones] > 0
    share <- ifelse(rows$is_mentored, 1, sums(TRUE)[ones] / sums(FALSE)[ones])
    rows$weight <- rows$weight * share
    rows <- rows[kept, ]
  }
  rows
}
sets$row <- seq_len(nrow(sets))
ways <- list(person_id = sort(unique(sets$person_id)), set_id = sort(unique(sets$set_id)),
             row = sets$row)
signs <- c(person_id = 1, set_id = 1, row = -1)
found <- lapply(-4:4, function(k) {
  if (k == -1) return(NULL)
  rows <- changes(k)
  fit <- lm(change ~ is_mentored, data = rows, weights = weight)
  x <- model.matrix(fit)
  bread <- solve(t(x) %*% (x * rows$weight))[, 2]
  influence <- lapply(names(ways), function(way) {
    score <- rowsum(x * rows$weight * resid(fit), rows[[way]])
    n <- nrow(score)
    everywhere <- setNames(rep(0, length(ways[[way]])), ways[[way]])
    everywhere[rownames(score)] <- score %*% bread * sqrt(n / (n - 1))
    everywhere
  })
  names(influence) <- names(ways)
  variance <- signs * sapply(influence, function(of_way) sum(of_way^2))
  one <- sqrt(vcovCL(fit, cluster = rows$person_id, type = "HC0")[2, 2])
  two <- sqrt(vcovCL(fit, cluster = rows[c("person_id", "set_id")], type = "HC0")[2, 2])
  stopifnot(abs(one - sqrt(variance[1])) < 1e-12, abs(two - sqrt(sum(variance))) < 1e-12)
  list(moment = k, estimate = unname(coef(fit)[2]),
       n_people = length(unique(rows$person_id)),
       n_mentored = length(unique(rows$person_id[rows$is_mentored])),
       n_comparison = length(unique(rows$person_id[!rows$is_mentored])), influence = influence)
})
found <- Filter(Negate(is.null), found)
moments <- sapply(found, `[[`, "moment")
estimates <- sapply(found, `[[`, "estimate")
covariance <- function(chosen) {
  Reduce(`+`, lapply(chosen, function(way) {
    signs[way] * crossprod(sapply(found, function(one) one$influence[[way]]))
  }))
}
before <- match(c(-4, -3, -2), moments)
digits <- function(values) paste(sprintf("%.15g", values), collapse = ", ")
field <- function(name) digits(sapply(found, `[[`, name))
before <- match(c(-4, -3, -2), moments)
of_clusters <- function(name, chosen) {
  v <- covariance(chosen)
  window <- function(from, to) {
    inside <- moments >= from & moments <= to
    c(mean(estimates[inside]), sqrt(mean(v[inside, inside])))
  }
  wald <- estimates[before] %*% solve(v[before, before], estimates[before])
  c(sprintf('  "%s": {', name),
    sprintf('    "errors": [%s],', digits(sqrt(diag(v)))),
    sprintf('    "covariance_2_4": %s,', digits(v[moments == 2, moments == 4])),
    sprintf('    "window_0_1": [%s],', digits(window(0, 1))),
    sprintf('    "window_2_4": [%s],', digits(window(2, 4))),
    sprintf('    "joint_test_of_4_3_2_before": [%s]',
            digits(c(wald, pchisq(wald, 3, lower = FALSE)))),
    "  }")
}
writeLines(c(
  "{",
  sprintf('  "made_by": "%s, plm %s, sandwich %s",', R.version.string, packageVersion("plm"),
          packageVersion("sandwich")),
  sprintf('  "moments": [%s],', digits(moments)),
  sprintf('  "estimates": [%s],', digits(estimates)),
  sprintf('  "n_people": [%s],', field("n_people")),
  sprintf('  "n_mentored": [%s],', field("n_mentored")),
  sprintf('  "n_comparison": [%s],', field("n_comparison")),
  paste0(c(of_clusters("person_id", "person_id")), c(rep("", 6), ",")),
  of_clusters("person_id and set_id", names(ways)),
  "}"), file.path(folder, "matched_difference.json"))
sets$row <- NULL
everybody <- sort(unique(sets$person_id))
sets$weight <- sprintf("%.15g", sets$weight)
write.csv(sets, file.path(folder, "matched_difference_sets.csv"), row.names = FALSE, quote = FALSE)
panel <- data.frame(person_id = men$nr, period = men$year, wage = sprintf("%.15g", men$wage),
                    start = first$start[match(men$nr, first$nr)])
panel <- panel[panel$person_id %in% everybody, ]
write.csv(panel, file.path(folder, "matched_difference_panel.csv"), row.names = FALSE,
          quote = FALSE)
