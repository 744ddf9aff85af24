# Writes mean_count.json and bladder_recurrences.csv, cgd_infections.csv.
# Run in this folder: Rscript mean_count.R (Debian: r-base-core, r-cran-survival).
# The tests read only the files written here. `bladder1`: recurrences of bladder cancer until death,
# 118 patients, three arms (Byar 1980, in Andrews & Herzberg 1985, Data, table 45); `cgd`: infections
# of patients with chronic granulomatous disease (Fleming & Harrington 1991); both as shipped by
# survival (LGPL-2 or later). No package at hand has the mean count with a terminal event, so the
# formula of Ghosh & Lin (2000, Biometrics 56:554) is written out here, term by term, and its error
# found without any formula for it: by growing the weight of one patient at a time.
library(survival)

number <- function(x) paste0("[", paste(formatC(x, digits = 15, format = "g"), collapse = ", "), "]")
entry <- function(name, fields) {
  inner <- paste0("    \"", names(fields), "\": ", unlist(fields), collapse = ",\n")
  paste0("  \"", name, "\": {\n", inner, "\n  }")
}
results <- c()
add <- function(name, fields) results <<- c(results, entry(name, fields))

# mu(at) = sum over event times u up to `at` of S(u-) (events at u) / (at risk at u).
mean_count <- function(rows, weight, at) {
  sapply(at, function(upto) {
    total <- 0
    for (u in sort(unique(rows$stop[rows$event & rows$stop <= upto]))) {
      there <- 1
      for (v in unique(rows$stop[rows$gone & rows$stop < u])) {
        risk <- rows$start < v & rows$stop >= v
        there <- there * (1 - sum(weight[rows$gone & rows$stop == v]) / sum(weight[risk]))
      }
      risk <- rows$start < u & rows$stop >= u
      total <- total + there * sum(weight[rows$event & rows$stop == u]) / sum(weight[risk])
    }
    total
  })
}
# The derivative by each patient's weight, central differences; squares summed.
grown <- function(rows, weight, at, step = 1e-4) {
  sapply(unique(rows$id), function(one) {
    own <- ifelse(rows$id == one, step, 0)
    (mean_count(rows, weight * (1 + own), at) - mean_count(rows, weight * (1 - own), at)) / (2 * step)
  })
}
left_out <- function(rows, weight, at) {
  values <- sapply(unique(rows$id), function(one) {
    kept <- rows$id != one
    mean_count(rows[kept, ], weight[kept], at)
  })
  n <- ncol(values)
  sqrt((n - 1) / n * rowSums((values - rowMeans(values))^2))
}

bladder <- data.frame(
  id = bladder1$id, arm = as.character(bladder1$treatment), start = bladder1$start,
  stop = bladder1$stop, event = bladder1$status == 1, gone = bladder1$status >= 2
)
bladder <- bladder[bladder$stop > bladder$start | bladder$event | bladder$gone, ]
bladder$weight <- 0.5 + (bladder$id %% 5) / 4
write.csv(
  transform(bladder, event = as.integer(event), gone = as.integer(gone)),
  "bladder_recurrences.csv", row.names = FALSE, quote = FALSE
)
# An event on the day of entry counts half a month later, as in the package tested.
same_day <- bladder$stop == bladder$start
bladder$stop[same_day] <- bladder$stop[same_day] + 0.5
at <- c(6, 12, 24, 36, 48)
for (arm in c("placebo", "pyridoxine", "thiotepa")) {
  rows <- bladder[bladder$arm == arm, ]
  for (weighted in c(FALSE, TRUE)) {
    weight <- if (weighted) rows$weight else rep(1, nrow(rows))
    fields <- list(
      times = number(at), estimates = number(mean_count(rows, weight, at)),
      std_errors = number(sqrt(rowSums(grown(rows, weight, at)^2)))
    )
    if (!weighted) fields$jackknife_errors <- number(left_out(rows, weight, at))
    add(paste0("bladder ", arm, if (weighted) " weighted" else ""), fields)
  }
}
# The share still there, as written above, is the package's own Kaplan-Meier.
placebo <- bladder[bladder$arm == "placebo", ]
km <- summary(survfit(Surv(start, stop, gone) ~ 1, placebo), times = at)$surv
ours <- sapply(at, function(upto) prod(sapply(
  unique(placebo$stop[placebo$gone & placebo$stop <= upto]), function(v) {
    1 - sum(placebo$gone & placebo$stop == v) / sum(placebo$start < v & placebo$stop >= v)
  }
)))
stopifnot(all.equal(km, ours))

# Without a terminal event it is the mean function of the package: cumulative hazard, robust error.
infections <- data.frame(
  id = cgd$id, arm = as.character(cgd$treat), start = cgd$tstart, stop = cgd$tstop,
  event = cgd$status
)
write.csv(infections, "cgd_infections.csv", row.names = FALSE, quote = FALSE)
at <- c(90, 180, 270, 360)
for (arm in unique(infections$arm)) {
  fit <- survfit(
    Surv(start, stop, event) ~ 1, infections[infections$arm == arm, ], id = id, cluster = id
  )
  found <- summary(fit, times = at)
  add(paste("cgd", arm), list(
    times = number(at), estimates = number(found$cumhaz), std_errors = number(found$std.chaz)
  ))
}

versions <- paste0(
  "  \"versions\": {\n    \"R\": \"", getRversion(), "\",\n    \"survival\": \"",
  packageVersion("survival"), "\"\n  }"
)
writeLines(c("{", paste(c(results, versions), collapse = ",\n"), "}"), "mean_count.json")
