# Writes fine_gray.json and fine_gray_mgus2.csv, fine_gray_pbc.csv, fine_gray_transplant.csv: what
# cmprsk's crr finds, and coxph on rows of survival's finegray.
# Run in this folder: Rscript fine_gray.R (Debian: r-base-core r-cran-survival r-cran-cmprsk).
# The tests read only the files written here. The data are shipped by survival (LGPL-2 or later):
# mgus2 (Kyle et al. 2002, N. Engl. J. Med. 346:564), pbc (Therneau & Grambsch 2000, Modeling
# Survival Data, appendix D), transplant (Kim et al. 2006, Hepatology 43:345).
library(survival)
library(cmprsk)

number <- function(x) paste0("[", paste(formatC(x, digits = 15, format = "g"), collapse = ", "), "]")
results <- c()
add <- function(name, fields) {
  inner <- paste0("    \"", names(fields), "\": ", unlist(fields), collapse = ",\n")
  results <<- c(results, paste0("  \"", name, "\": {\n", inner, "\n  }"))
}
save_data <- function(name, records) {
  write.csv(records, paste0("fine_gray_", name, ".csv"), row.names = FALSE, quote = FALSE)
}

# Months, so heavily tied; many are censored in the month of someone's event.
mgus2 <- mgus2[!is.na(mgus2$mspike), ]
mgus2 <- data.frame(
  exit = ifelse(mgus2$pstat == 0, mgus2$futime, mgus2$ptime),
  cause = ifelse(mgus2$pstat == 1, "progression", ifelse(mgus2$death == 1, "death", "")),
  age = mgus2$age, male = as.integer(mgus2$sex == "M"), mspike = mgus2$mspike, year = mgus2$dxyr
)
# Days, almost without ties.
pbc <- data.frame(
  exit = pbc$time, cause = c("", "transplant", "death")[1 + pbc$status],
  age = pbc$age, log_bili = log(pbc$bili), oedema = pbc$edema, treated = !is.na(pbc$trt)
)
pbc$treated <- as.integer(pbc$treated)
# Days; some are transplanted, or die, on the day they are listed: half a day later, as here.
transplant <- transplant[!is.na(transplant$age), ]
transplant <- data.frame(
  exit = transplant$futime, cause = sub("censored", "", transplant$event),
  age = transplant$age, blood_o = as.integer(transplant$abo == "O"), year = transplant$year - 1990
)

causes <- function(records) match(records$cause, c("", sort(setdiff(unique(records$cause), "")))) - 1
shifted <- function(records) {
  ifelse(records$exit == 0 & records$cause != "", 0.5, records$exit)
}
of_crr <- function(name, records, of, covariates, group) {
  codes <- causes(records)
  arguments <- list(
    ftime = shifted(records), fstatus = codes, cov1 = as.matrix(records[covariates]),
    failcode = codes[match(of, records$cause)], maxiter = 100
  )
  if (!missing(group)) arguments$cengroup <- records[[group]]
  for (tolerance in 10^-(11:6)) { # as far as its rounding lets it go
    fit <- do.call(crr, c(arguments, gtol = tolerance))
    if (fit$converged) break
  }
  stopifnot(fit$converged)
  add(name, list(
    coefficients = number(fit$coef), std_errors = number(sqrt(diag(fit$var))),
    loglik = number(c(fit$loglik.null, fit$loglik))
  ))
  fit$coef
}
of_finegray <- function(name, records, of, covariates, cluster) {
  records$state <- factor(records$cause, c("", setdiff(sort(unique(records$cause)), "")))
  records$row <- seq_len(nrow(records))
  records$exit <- shifted(records)
  records <- records[records$exit > 0, ]
  rows <- finegray(Surv(exit, state) ~ ., records, etype = of)
  rows$cluster <- if (missing(cluster)) rows$row else rows[[cluster]]
  fit <- coxph(
    as.formula(paste("Surv(fgstart, fgstop, fgstatus) ~", paste(covariates, collapse = "+"))),
    rows, weights = fgwt, cluster = cluster, ties = "breslow",
    control = coxph.control(eps = 1e-11, iter.max = 50)
  )
  add(name, list(coefficients = number(coef(fit)), std_errors = number(sqrt(diag(vcov(fit))))))
}

# Errors of Fine & Gray (1999), section 3, by sums as they stand there, events of all groups in q.
# crr 2.2-11 counts in q only events of the person's own censoring group (`own_only`).
by_hand <- function(records, of, covariates, group, coefficients, own_only) {
  x <- as.matrix(records[covariates])
  exit <- shifted(records)
  is_event <- records$cause == of
  is_censored <- records$cause == ""
  is_competing <- !is_event & !is_censored
  times <- sort(unique(exit[is_event]))
  g <- match(records[[group]], sort(unique(records[[group]])))
  before <- function(k, when) {
    fit <- survfit(Surv(exit[g == k], is_censored[g == k]) ~ 1)
    left <- c(1, fit$surv)[1 + findInterval(when, fit$time, left.open = TRUE)]
    ifelse(when > max(exit[g == k]), 0, left)
  }
  weight <- matrix(0, length(exit), length(times))
  for (i in seq_along(exit)) {
    later <- if (is_competing[i]) before(g[i], times) / before(g[i], exit[i]) else 0
    weight[i, ] <- ifelse(exit[i] >= times, 1, later)
  }
  risk <- weight * exp(drop(x %*% coefficients))
  total <- colSums(risk)
  means <- t(risk) %*% x / total
  step <- sapply(times, function(t) sum(is_event & exit == t)) / total
  information <- matrix(0, ncol(x), ncol(x))
  scores <- x * 0
  for (k in seq_along(times)) {
    centred <- sweep(x, 2, means[k, ])
    information <- information + step[k] * t(centred) %*% (risk[, k] * centred)
    scores <- scores + centred * ((is_event & exit == times[k]) - risk[, k] * step[k])
  }
  for (k in unique(g)) for (u in sort(unique(exit[g == k & is_censored]))) {
    past <- g == k & is_competing & exit < u
    q <- numeric(ncol(x))
    for (l in which(times >= u)) {
      own <- if (own_only) mean(g[is_event & exit == times[l]] == k) else 1
      q <- q + own * step[l] * colSums(
        risk[past, l] * sweep(x[past, , drop = FALSE], 2, means[l, ])
      )
    }
    at_risk <- g == k & exit >= u
    leaves <- g == k & is_censored & exit == u
    martingale <- leaves - at_risk * sum(leaves) / sum(at_risk)
    scores <- scores + outer(martingale / sum(at_risk), q)
  }
  bread <- solve(information)
  sqrt(diag(bread %*% t(scores) %*% scores %*% bread))
}

settings <- list(
  mgus2 = list(mgus2, "progression", c("age", "male", "mspike"), "male", "year"),
  pbc = list(pbc, "death", c("age", "log_bili", "oedema"), "treated"),
  transplant = list(transplant, "ltx", c("age", "blood_o", "year"), "blood_o", "year")
)
for (name in names(settings)) {
  set <- settings[[name]]
  save_data(name, set[[1]])
  of_crr(paste(name, "crr"), set[[1]], set[[2]], set[[3]])
  coefficients <- of_crr(
    paste(name, "crr by", set[[4]]), set[[1]], set[[2]], set[[3]], set[[4]]
  )
  for (own_only in c(TRUE, FALSE)) add(
    paste(name, if (own_only) "as crr" else "in full", "by hand"),
    list(std_errors = number(by_hand(
      set[[1]], set[[2]], set[[3]], set[[4]], coefficients, own_only
    )))
  )
  of_finegray(paste(name, "finegray"), set[[1]], set[[2]], set[[3]])
  if (length(set) > 4) {
    of_finegray(paste(name, "finegray clustered"), set[[1]], set[[2]], set[[3]], set[[5]])
  }
}
# The competing event as the one of interest.
of_crr("mgus2 crr of death", mgus2, "death", c("age", "male", "mspike"))

add("versions", list(
  R = paste0("\"", getRversion(), "\""), survival = paste0("\"", packageVersion("survival"), "\""),
  cmprsk = paste0("\"", packageVersion("cmprsk"), "\"")
))
writeLines(c("{", paste(results, collapse = ",\n"), "}"), "fine_gray.json")
