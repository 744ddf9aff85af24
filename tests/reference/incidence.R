# Writes incidence.json and incidence.csv: what R finds of incidences, mean times, survival curves
# and tests that groups are alike, on seven studies that the survival package ships (LGPL-2 or
# later; their sources stand in its manual).
# Run in this folder: Rscript incidence.R (Debian: r-base-core r-cran-survival r-cran-cmprsk).
# The tests read only the files written here.
#
# Every row has its own id: survfit's states are wrong where weights change within an id (3.5-3).
# Errors by cluster, and those of weighted mean times, are therefore made here from survfit's
# influences, after checking that the same influences give survfit's own errors by row: survfit
# ignores `cluster` of several states, and its se(rmean) of weighted ones leaves the weights out.
# An event on day 0 (transplant) counts half a day later, as in this project; who is censored on
# day 0 is at risk of nothing and left out here. The csv holds them as they were.
suppressMessages({library(survival); library(cmprsk)})

number <- function(x) {
  text <- formatC(unname(x), digits = 15, format = "g")
  paste0("[", paste(ifelse(is.na(x), "null", text), collapse = ", "), "]")
}
results <- c()
add <- function(name, fields) {
  inner <- paste0("    \"", names(fields), "\": ", unlist(fields), collapse = ",\n")
  results <<- c(results, paste0("  \"", name, "\": {\n", inner, "\n  }"))
}

study <- function(data, id, entry, exit, cause, group, stratum) {
  rows <- data.frame(data, id, entry, exit, cause, group, stratum)
  i <- seq_len(nrow(rows))
  rows$weight <- 0.5 + ((i * 13) %% 7) / 4
  rows$site <- (i * 31) %% 40
  rows
}
first_of <- function(time, other_time, is_first, is_other, first, other) {
  list(
    time = ifelse(is_first, time, other_time),
    cause = ifelse(is_first, first, ifelse(is_other, other, ""))
  )
}

gammopathy <- with(mgus2, first_of(ptime, futime, pstat == 1, death == 1, "malignancy", "death"))
# The same people by age, from 60 on: those seen before enter at 60, others at their age then.
begin <- pmax(mgus2$age - 60, 0) * 12
end <- (mgus2$age - 60) * 12 + gammopathy$time
seen <- end > begin
recurrence <- colon[colon$etype == 1, ]
death <- colon[colon$etype == 2, ]
stopifnot(all(recurrence$id == death$id))
relapse <- first_of(
  recurrence$time, death$time, recurrence$status == 1, death$status == 1, "recurrence", "death"
)
randomised <- pbc[!is.na(pbc$trt), ]
studies <- list(
  study("transplant", seq_len(nrow(transplant)), 0, transplant$futime,
        ifelse(transplant$event == "censored", "", as.character(transplant$event)),
        as.character(transplant$abo), as.character(transplant$sex)),
  study("mgus2", mgus2$id, 0, gammopathy$time, gammopathy$cause, as.character(mgus2$sex),
        ifelse(mgus2$age < 70, "under 70", "70 or more")),
  study("mgus2 by age", mgus2$id[seen], begin[seen], end[seen], gammopathy$cause[seen],
        as.character(mgus2$sex)[seen], ifelse(mgus2$age < 70, "under 70", "70 or more")[seen]),
  study("colon", recurrence$id, 0, relapse$time, relapse$cause, as.character(recurrence$rx),
        ifelse(recurrence$node4 == 1, "many nodes", "few nodes")),
  study("veteran", seq_len(nrow(veteran)), 0, veteran$time,
        ifelse(veteran$status == 1, "death", ""), as.character(veteran$celltype),
        paste("treatment", veteran$trt)),
  study("heart", heart$id, heart$start, heart$stop, ifelse(heart$event == 1, "death", ""),
        paste("transplant", heart$transplant), paste("surgery", heart$surgery)),
  study("pbc", randomised$id, 0, randomised$time,
        c("", "transplant", "death")[1 + randomised$status], paste("arm", randomised$trt),
        paste("stage", randomised$stage)),
  study("cgd", cgd$id, cgd$tstart, cgd$tstop, ifelse(cgd$status == 1, "infection", ""),
        as.character(cgd$treat), as.character(cgd$inherit))
)
write.csv(do.call(rbind, studies), "incidence.csv", row.names = FALSE, quote = FALSE)
studies <- lapply(studies, function(rows) {
  is_event <- rows$cause != ""
  rows$exit <- rows$exit + ifelse(is_event & rows$exit == rows$entry, 0.5, 0)
  rows[rows$exit > rows$entry, ]
})

by_cluster <- function(u, cluster) sqrt(colSums(rowsum(u, cluster)^2))
two_way <- function(u, one, two) {
  v <- colSums(rowsum(u, one)^2) + colSums(rowsum(u, two)^2) -
    colSums(rowsum(u, paste(one, two))^2)
  sqrt(ifelse(v < 0, NA, v))
}
# Influences on each state's share at each time of the fit, rows' weights included.
influences <- function(fit, weights) {
  u <- fit$influence.pstate[, -1, , drop = FALSE] * weights
  stopifnot(dim(u)[2] == length(fit$time))
  for (s in seq_along(fit$states)) {
    stopifnot(all.equal(sqrt(colSums(u[, , s]^2)), fit$std.err[, s], tolerance = 1e-10))
  }
  u
}
area <- function(values, times, tau) {  # under steps, values as columns, 0 before the first
  inside <- times < tau
  values[, inside, drop = FALSE] %*% diff(c(times[inside], tau))
}

incidence <- function(rows, causes, times, tau, weighted) {
  weights <- if (weighted) rows$weight else rep(1, nrow(rows))
  rows$state <- factor(rows$cause, c("", causes))
  rows$row <- seq_len(nrow(rows))
  fit <- survfit(Surv(entry, exit, state) ~ 1, rows, id = row, weights = weights, influence = TRUE)
  bounded <- survfit(Surv(entry, exit, state) ~ 1, rows, id = row, weights = weights,
                     conf.type = "log-log")
  u <- influences(fit, weights)
  # A time before the first of the fit is one at which nothing has happened.
  at <- findInterval(times, fit$time)
  stopifnot(at > 0)
  mean_time <- summary(fit, rmean = tau)$table
  fields <- list()
  for (s in seq_along(fit$states)) {
    name <- if (s == 1) "event-free" else fit$states[s]
    w <- u[, at, s]
    areas <- area(u[, , s], fit$time, tau)
    if (!weighted) {
      stopifnot(all.equal(sqrt(sum(areas^2)), mean_time[s, "se(rmean)"], tolerance = 1e-8))
    }
    fields[[name]] <- number(fit$pstate[at, s])
    fields[[paste(name, "error")]] <- number(fit$std.err[at, s])
    fields[[paste(name, "error by id")]] <- number(by_cluster(w, rows$id))
    fields[[paste(name, "error two ways")]] <- number(two_way(w, rows$id, rows$site))
    fields[[paste(name, "low")]] <- number(bounded$lower[at, s])
    fields[[paste(name, "high")]] <- number(bounded$upper[at, s])
    fields[[paste(name, "mean time")]] <- number(c(
      mean_time[s, "rmean"], sqrt(sum(areas^2)), by_cluster(areas, rows$id)
    ))
  }
  fields
}

survival <- function(rows, times, tau) {
  dead <- Surv(rows$entry, rows$exit, rows$cause != "")
  greenwood <- survfit(dead ~ 1)
  logs <- survfit(dead ~ 1, conf.type = "log-log")
  plain <- survfit(dead ~ 1, conf.type = "plain")
  robust <- survfit(dead ~ 1, weights = rows$weight, cluster = rows$id, conf.type = "log-log")
  at <- summary(greenwood, times = times)
  within <- summary(logs, times = times)
  weighted <- summary(robust, times = times)
  medians <- function(fit) number(summary(fit)$table[c("median", "0.95LCL", "0.95UCL")])
  list(
    survival = number(at$surv), greenwood = number(at$std.err),
    low = number(within$lower), high = number(within$upper),
    median_log_log = medians(logs), median_plain = medians(plain),
    mean_time = number(summary(greenwood, rmean = tau)$table[c("rmean", "se(rmean)")]),
    weighted = number(weighted$surv), weighted_error_by_id = number(weighted$std.err),
    weighted_median = medians(robust)
  )
}

# The log-rank test by its definition, one 2 x K table per event time: survdiff refuses delayed
# entry. Held against survdiff without it, and against the score test of the exact likelihood.
log_rank <- function(rows, stratified) {
  groups <- sort(unique(rows$group))
  cell <- if (stratified) rows$stratum else rep("all", nrow(rows))
  observed <- expected <- numeric(length(groups))
  v <- matrix(0, length(groups), length(groups))
  for (stratum in unique(cell)) {
    part <- rows[cell == stratum, ]
    for (time in unique(part$exit[part$cause != ""])) {
      at_risk <- table(factor(part$group[part$entry < time & part$exit >= time], groups))
      d <- table(factor(part$group[part$cause != "" & part$exit == time], groups))
      n <- sum(at_risk)
      share <- as.vector(at_risk) / n
      observed <- observed + as.vector(d)
      expected <- expected + sum(d) * share
      if (n > 1) v <- v + sum(d) * (n - sum(d)) / (n - 1) * (diag(share) - outer(share, share))
    }
  }
  kept <- seq_len(length(groups) - 1)
  difference <- (observed - expected)[kept]
  list(chi_square = sum(difference * solve(v[kept, kept], difference)),
       observed = observed, expected = expected)
}

for (rows in studies) {
  name <- rows$data[1]
  causes <- sort(setdiff(unique(rows$cause), ""))
  events <- rows[rows$cause != "", ]
  # Times at which every group has had an event and is still followed.
  from <- max(tapply(events$exit, events$group, min))
  to <- min(tapply(events$exit, events$group, max), tapply(rows$exit, rows$group, max))
  times <- unique(quantile(events$exit[events$exit >= from & events$exit < to],
                           c(0, 0.1, 0.25, 0.5, 0.75, 0.9), type = 1))
  tau <- unname(times[length(times)])
  for (group in sort(unique(rows$group))) {
    part <- rows[rows$group == group, ]
    for (weighted in c(FALSE, TRUE)) {
      label <- paste(name, "|", group, "|", if (weighted) "weighted" else "plain")
      add(paste("incidence |", label),
          c(list(times = number(times)), incidence(part, causes, times, tau, weighted)))
    }
    add(paste("survival |", name, "|", group),
        c(list(times = number(times)), survival(part, times, tau)))
  }

  # Log-rank and Peto; survdiff refuses delayed entry, where the exact score test is the log-rank.
  dead <- rows$cause != ""
  for (stratified in c(FALSE, TRUE)) {
    label <- paste(name, "|", if (stratified) "strata" else "all")
    if (all(rows$entry == 0)) {
      for (rho in 0:1) {
        fit <- if (stratified) {
          survdiff(Surv(exit, dead) ~ group + strata(stratum), rows, rho = rho)
        } else survdiff(Surv(exit, dead) ~ group, rows, rho = rho)
        if (rho == 0) {
          stopifnot(all.equal(fit$chisq, log_rank(rows, stratified)$chi_square, tolerance = 1e-8))
        }
        add(paste(c("log-rank", "peto")[rho + 1], "|", label), list(
          chi_square = number(fit$chisq), observed = number(rowSums(as.matrix(fit$obs))),
          expected = number(rowSums(as.matrix(fit$exp)))
        ))
      }
      if (length(causes) > 1) {
        for (cause in causes) {
          fit <- if (stratified) {
            cuminc(rows$exit, rows$cause, rows$group, rows$stratum, cencode = "")
          } else cuminc(rows$exit, rows$cause, rows$group, cencode = "")
          add(paste("gray |", label, "|", cause), list(
            chi_square = number(fit$Tests[cause, "stat"]), p_value = number(fit$Tests[cause, "pv"])
          ))
        }
      }
    } else {
      by_hand <- log_rank(rows, stratified)
      if (nrow(rows) < 500) {  # with more ties the exact likelihood takes for ever
        formula <- if (stratified) Surv(entry, exit, dead) ~ group + strata(stratum) else
          Surv(entry, exit, dead) ~ group
        score <- coxph(formula, rows, ties = "exact")$score
        stopifnot(all.equal(score, by_hand$chi_square, tolerance = 1e-8))
      }
      add(paste("log-rank |", label), lapply(by_hand, number))
    }
  }
}

# The difference of restricted means by the formulas of survRM2 (Uno et al., 2014), written out:
# area under Kaplan-Meier to ten years, its variance by Greenwood's hazards, arms independent.
arm_mean <- function(rows, tau) {
  fit <- survfit(Surv(exit, cause != "") ~ 1, rows)
  inside <- fit$time < tau
  times <- c(0, fit$time[inside], tau)
  areas <- diff(times) * c(1, fit$surv[inside])
  left <- rev(cumsum(rev(areas[-1])))
  d <- fit$n.event[inside]
  n <- fit$n.risk[inside]
  c(sum(areas), sum(ifelse(n == d, 0, left^2 * d / (n * (n - d)))))
}
arms <- split(studies[[7]], studies[[7]]$group)
means <- sapply(arms, arm_mean, tau = 3652.5)
add("difference of restricted means | pbc", list(
  estimate = number(means[1, 2] - means[1, 1]), error = number(sqrt(sum(means[2, ])))
))

versions <- list(
  R = paste0("\"", getRversion(), "\""),
  survival = paste0("\"", packageVersion("survival"), "\""),
  cmprsk = paste0("\"", packageVersion("cmprsk"), "\"")
)
add("versions", versions)
writeLines(c("{", paste(results, collapse = ",\n"), "}"), "incidence.json")
