# Lee bounds and tipping points by base R, on a randomised trial with leavers.
#
#   Rscript tests/reference/lee_bounds.R tests/reference
#
# writes lee_bounds.csv and lee_bounds.json. The people: Mayo's trial of D-penicillamine in primary
# biliary cholangitis (survival::pbcseq), 312 people over years; the change in log bilirubin from
# the first visit to the one nearest to two years, within half a year; not seen: dead, transplanted
# or without a visit. `mentored` is the drug. `weight` is invented (age), and so are clusters (five
# people each, rows of one sex and drug mixed): they stand for set weights and recurring people.
suppressPackageStartupMessages(library(survival))
folder <- commandArgs(trailingOnly = TRUE)[1]

rows <- lapply(split(pbcseq, pbcseq$id), function(visits) {
  first <- visits[1, ]
  near <- visits[abs(visits$day - 730.5) <= 183 & visits$day > 0, ]
  then <- if (nrow(near)) log(near$bili[which.min(abs(near$day - 730.5))]) else NA
  data.frame(mentored = as.integer(first$trt == 1), seen = as.integer(!is.na(then)),
             change = then - log(first$bili), weight = round(first$age / 50, 3))
})
people <- do.call(rbind, rows)
people$cluster <- (seq_len(nrow(people)) - 1) %% ceiling(nrow(people) / 5)

# The mean above (or below) a cut that takes exactly the share p of the weight, ties in parts.
kept_mean <- function(y, w, p, from) {
  o <- order(y, decreasing = from == "highest")
  y <- y[o]; w <- w[o] / sum(w)
  gone <- pmin(w, pmax(0, p - c(0, cumsum(w)[-length(w)])))
  sum((w - gone) * y) / sum(w - gone)
}
share <- function(d, w, arm) sum(w[d$mentored == arm] * d$seen[d$mentored == arm]) / sum(w[d$mentored == arm])
bounds <- function(d, w) {
  q1 <- share(d, w, 1); q0 <- share(d, w, 0)
  more <- if (q1 >= q0) 1 else 0
  p <- 1 - min(q0, q1) / max(q0, q1)
  cut <- d$mentored == more & d$seen == 1
  whole <- d$mentored != more & d$seen == 1
  low <- kept_mean(d$change[cut], w[cut], p, "highest")
  high <- kept_mean(d$change[cut], w[cut], p, "lowest")
  other <- sum(w[whole] * d$change[whole]) / sum(w[whole])
  ends <- if (more == 1) c(low, high) - other else other - c(high, low)
  c(lower = ends[1], upper = ends[2], share_trimmed = p, seen_mentored = q1, seen_comparison = q0)
}
# Errors from the derivative of every number by every row's weight (infinitesimal jackknife),
# summed within clusters, times G / (G - 1).
errors <- function(f, d, w, cluster) {
  step <- 1e-5
  derivative <- sapply(seq_len(nrow(d)), function(i) {
    up <- w; up[i] <- w[i] * (1 + step)
    down <- w; down[i] <- w[i] * (1 - step)
    (f(d, up) - f(d, down)) / (2 * step)
  })
  by_cluster <- rowsum(t(derivative), cluster)
  g <- nrow(by_cluster)
  sqrt(colSums(by_cluster^2) * g / (g - 1))
}
# Lee (2009), proposition 3: unweighted, every person by himself. Variances with divisor n.
proposition_3 <- function(d) {
  b <- bounds(d, rep(1, nrow(d)))
  n <- nrow(d)
  more <- if (b["seen_mentored"] >= b["seen_comparison"]) 1 else 0
  y <- d$change[d$mentored == more & d$seen == 1]
  z <- d$change[d$mentored != more & d$seen == 1]
  p <- b[["share_trimmed"]]; alpha <- min(b["seen_mentored"], b["seen_comparison"])
  in_more <- mean(d$mentored == more)
  v_p <- (1 - p)^2 * ((1 - alpha / (1 - p)) / (in_more * alpha / (1 - p)) +
                        (1 - alpha) / ((1 - in_more) * alpha))
  seen_more <- length(y) / n
  one <- function(from) {
    o <- order(y, decreasing = from == "highest")
    v <- y[o]; w <- rep(1 / length(v), length(v))
    left <- w - pmin(w, pmax(0, p - c(0, cumsum(w)[-length(w)])))
    at <- v[which(left > 0)[1]]
    mu <- sum(left * v) / sum(left); var <- sum(left * (v - mu)^2) / sum(left)
    (var + (at - mu)^2 * p) / (seen_more * (1 - p)) + ((at - mu) / (1 - p))^2 * v_p
  }
  v_c <- mean((z - mean(z))^2) / (length(z) / n)
  low <- sqrt((one("highest") + v_c) / n); high <- sqrt((one("lowest") + v_c) / n)
  if (more == 1) c(lower = low, upper = high) else c(lower = high, upper = low)
}
imbens_manski <- function(b, se, level) {
  width <- (b["upper"] - b["lower"]) / max(se[1:2])
  reach <- uniroot(function(c) pnorm(c + width) - pnorm(-c) - level, c(0, 5), tol = 1e-14)$root
  unname(c(b["lower"] - reach * se[1], b["upper"] + reach * se[2]))
}
# Those not seen of both arms get the mean of the seen of their arm plus a departure.
departed <- function(delta1, delta0) function(d, w) {
  mean_of <- function(arm, delta) {
    own <- d$mentored == arm
    seen_mean <- sum((w * d$seen)[own] * ifelse(d$seen == 1, d$change, 0)[own]) / sum((w * d$seen)[own])
    filled <- ifelse(d$seen == 1, d$change, seen_mean + delta)
    sum((w * filled)[own]) / sum(w[own])
  }
  c(estimate = mean_of(1, delta1) - mean_of(0, delta0))
}
adjusted <- function(delta1, delta0, d, w, cluster) {
  f <- departed(delta1, delta0)
  list(delta_mentored = delta1, delta_comparison = delta0,
       estimate = f(d, w)[["estimate"]],
       std_error = sqrt(sum(rowsum(sapply(seq_len(nrow(d)), function(i) {
         up <- w; up[i] <- w[i] * (1 + 1e-5); down <- w; down[i] <- w[i] * (1 - 1e-5)
         (f(d, up) - f(d, down)) / 2e-5
       }), cluster)^2)))
}
plain <- rep(1, nrow(people)); alone <- seq_len(nrow(people))
b <- bounds(people, plain)
weighted <- bounds(people, people$weight)
weighted_errors <- errors(bounds, people, people$weight, people$cluster)
lee <- proposition_3(people)
corrected <- lee * sqrt(nrow(people) / (nrow(people) - 1))
zero <- uniroot(function(delta) departed(delta, 0)(people, people$weight)[[1]], c(-50, 50), tol = 1e-14)$root
result <- list(
  made_by = paste(R.version.string, "survival", packageVersion("survival")),
  plain = c(as.list(b), list(error_lower = lee[["lower"]], error_upper = lee[["upper"]],
                            interval_95 = imbens_manski(b, corrected, 0.95),
                            interval_90 = imbens_manski(b, corrected, 0.90))),
  weighted = c(as.list(weighted), list(error_lower = weighted_errors[["lower"]],
                                       error_upper = weighted_errors[["upper"]])),
  to_zero = zero,
  departures = list(adjusted(0, 0, people, people$weight, people$cluster),
                    adjusted(0.5, 0, people, people$weight, people$cluster),
                    adjusted(-0.25, 0.4, people, people$weight, people$cluster)))
write.csv(people, file.path(folder, "lee_bounds.csv"), row.names = FALSE, quote = FALSE)
writeLines(jsonlite::toJSON(result, auto_unbox = TRUE, digits = 15, pretty = TRUE),
           file.path(folder, "lee_bounds.json"))
