# Writes cox.json and cox_*.csv: Cox regressions of R's survival package on its own data sets.
# Run in this folder: Rscript cox.R (Debian: r-base-core, r-cran-survival, r-cran-jsonlite).
# The tests read only the files written here. The data are shipped by survival (LGPL-2 or later):
#   heart       Crowley & Hu 1977: the transplant as a time-varying row, delayed entry (heart.csv)
#   veteran     Kalbfleisch & Prentice 1980: lung cancer, days, strata of cell type
#   pbcseq      Murtaugh et al. 1994: laboratory values at visits, several rows per patient
#   colon       Moertel et al. 1990: recurrence and death, two rows per patient, case weights
#   bladder2    Wei, Lin & Weissfeld 1989: recurrences in whole months, up to four per patient
#   cgd         Fleming & Harrington 1991: recurrent infections
#   mgus2       Kyle et al. 2002: progression against death, months, entered at the age of diagnosis
#   transplant  Kim et al. 2006: liver transplants against death, events on day 0
#   rats        Mantel et al. 1977: tumours in litters, whole weeks
library(survival)
library(jsonlite)

# R stops sooner unasked: at a relative change of the likelihood of 1e-9.
exact <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50)
at_event <- function(curve) {
  hazard <- as.matrix(curve$cumhaz)[, 1]
  data.frame(time = curve$time, hazard = hazard)[curve$n.event > 0, ]
}
pieces <- function(fit, at) {
  ends <- fit$y[fit$y[, ncol(fit$y)] == 1, ncol(fit$y) - 1]
  rank_of_event <- function(time) rowMeans(cbind(
    findInterval(time, sort(ends), left.open = TRUE), findInterval(time, sort(ends))
  ))
  kinds <- list(km = "km", rank = "rank", identity = "identity", log = "log", events = rank_of_event)
  zph <- lapply(kinds, function(kind) {
    table <- cox.zph(fit, transform = kind)$table
    list(chi_square = unname(table[, 1]), df = unname(table[, 2]), p_value = unname(table[, 3]))
  })
  baseline <- at_event(survfit(fit, newdata = at, se.fit = FALSE))
  naive <- if (is.null(fit$naive.var)) fit$var else fit$naive.var
  list(
    coefficients = unname(coef(fit)), model_covariance = naive, covariance = vcov(fit),
    loglik = fit$loglik, zph = zph, at = unname(unlist(at[1, names(coef(fit))])), time = baseline$time,
    cumulative_hazard = baseline$hazard
  )
}
residual_pieces <- function(fit) {
  list(
    martingale = unname(residuals(fit, "martingale")),
    score = unname(as.matrix(residuals(fit, "score"))),
    schoenfeld = unname(as.matrix(residuals(fit, "schoenfeld")))
  )
}
results <- list(versions = list(
  R = as.character(getRversion()), survival = as.character(packageVersion("survival"))
))
add <- function(name, fit, at, residuals = FALSE) {
  found <- pieces(fit, at)
  if (residuals) found <- c(found, residual_pieces(fit))
  results[[name]] <<- found
}
save <- function(data, name) {
  write.csv(data, paste0("cox_", name, ".csv"), row.names = FALSE, quote = FALSE)
}

heart <- read.csv("heart.csv")
model <- Surv(start, stop, event) ~ age + year + surgery + transplant
at <- data.frame(age = 0, year = 3, surgery = 0, transplant = 1)
add("heart", coxph(model, heart, cluster = id, control = exact), at, TRUE)
add("heart breslow", coxph(model, heart, ties = "breslow", control = exact), at, TRUE)
add("heart weighted", coxph(
  model, heart, weights = case_weight, cluster = id, control = exact
), at, TRUE)
add("heart by row", coxph(model, heart, cluster = seq_along(id), control = exact), at)

veteran <- transform(veteran, cell = as.integer(celltype), test = as.integer(trt == 2))
veteran <- veteran[c("cell", "time", "status", "karno", "age", "prior", "test")]
save(veteran, "veteran")
add("veteran", coxph(
  Surv(time, status) ~ karno + age + prior + test + strata(cell), veteran,
  cluster = seq_along(time), control = exact
), data.frame(karno = 60, age = 60, prior = 0, test = 1), TRUE)

pbcseq <- pbcseq[order(pbcseq$id, pbcseq$day), ]
pbcseq$until <- ifelse(duplicated(pbcseq$id, fromLast = TRUE), c(pbcseq$day[-1], 0), pbcseq$futime)
is_last <- !duplicated(pbcseq$id, fromLast = TRUE)
visits <- data.frame(
  id = pbcseq$id, from = pbcseq$day, until = pbcseq$until,
  died = as.integer(is_last & pbcseq$status == 2),
  transplanted = as.integer(is_last & pbcseq$status == 1),
  age = round(pbcseq$age, 2), log_bili = round(log(pbcseq$bili), 3), albumin = pbcseq$albumin,
  edema = pbcseq$edema, year = pbcseq$day %/% 365
)
visits <- visits[visits$until > visits$from, ]
save(visits, "pbcseq")
at <- data.frame(age = 50, log_bili = 1, albumin = 3.5, edema = 0)
died <- Surv(from, until, died) ~ age + log_bili + albumin + edema
add("pbcseq death", coxph(died, visits, cluster = id, control = exact), at)
add("pbcseq transplant", coxph(
  Surv(from, until, transplanted) ~ age + log_bili + albumin + edema, visits, cluster = id,
  control = exact
), at)

colon <- transform(colon, lev = as.integer(rx == "Lev"), lev_5fu = as.integer(rx == "Lev+5FU"))
colon <- colon[!is.na(colon$nodes), ]
colon$weight <- 1 + (colon$id %% 3) / 2
colon <- colon[c("id", "etype", "time", "status", "lev", "lev_5fu", "nodes", "extent", "weight")]
save(colon, "colon")
at <- data.frame(lev = 0, lev_5fu = 1, nodes = 3, extent = 3)
model <- Surv(time, status) ~ lev + lev_5fu + nodes + extent + strata(etype)
add("colon", coxph(model, colon, weights = weight, cluster = id, control = exact), at)
add("colon breslow", coxph(
  model, colon, weights = weight, cluster = id, ties = "breslow", control = exact
), at)

bladder <- transform(bladder2, thiotepa = as.integer(rx == 2))
bladder <- bladder[c("id", "start", "stop", "event", "number", "size", "thiotepa", "enum")]
save(bladder, "bladder2")
at <- data.frame(number = 1, size = 1, thiotepa = 0)
model <- Surv(start, stop, event) ~ number + size + thiotepa
add("bladder2", coxph(model, bladder, cluster = id, control = exact), at, TRUE)
add("bladder2 strata", coxph(
  Surv(start, stop, event) ~ number + size + thiotepa + strata(enum), bladder, cluster = id,
  control = exact
), at, TRUE)

cgd <- transform(cgd, gamma = as.integer(treat == "rIFN-g"))
cgd <- cgd[c("id", "tstart", "tstop", "status", "gamma", "age", "steroids", "enum")]
save(cgd, "cgd")
at <- data.frame(gamma = 1, age = 14, steroids = 0)
add("cgd", coxph(
  Surv(tstart, tstop, status) ~ gamma + age + steroids, cgd, cluster = id, control = exact
), at, TRUE)

mgus <- mgus2[!is.na(mgus2$hgb) & !is.na(mgus2$mspike), ]
mgus <- data.frame(
  entry = 12 * mgus$age, exit = 12 * mgus$age + mgus$ptime, progressed = mgus$pstat,
  died = as.integer(mgus$pstat == 0 & mgus$death == 1), male = as.integer(mgus$sex == "M"),
  hgb = mgus$hgb, mspike = mgus$mspike
)
save(mgus, "mgus2")
at <- data.frame(male = 1, hgb = 13, mspike = 1)
add("mgus2 progression", coxph(
  Surv(entry, exit, progressed) ~ male + hgb + mspike, mgus, cluster = seq_along(hgb),
  control = exact
), at)
add("mgus2 death", coxph(
  Surv(entry, exit, died) ~ male + hgb + mspike, mgus, control = exact
), at)

liver <- transplant[!is.na(transplant$age), ]
liver <- data.frame(
  days = liver$futime, transplanted = as.integer(liver$event == "ltx"),
  died = as.integer(liver$event == "death"), age = liver$age,
  male = as.integer(liver$sex == "m"), blood_o = as.integer(liver$abo == "O"), year = liver$year
)
save(liver, "transplant")
# An event on day 0 counts as on day 0.5, and comes before those of day 1; others keep their day.
moved <- function(is_event) ifelse(is_event & liver$days == 0, 0.5, liver$days)
at <- data.frame(age = 50, male = 0, blood_o = 1, year = 1995)
add("transplant", coxph(
  Surv(moved(transplanted == 1), transplanted) ~ age + male + blood_o + year, liver,
  control = exact
), at, FALSE)
add("transplant death", coxph(
  Surv(moved(died == 1), died) ~ age + male + blood_o + year, liver, control = exact
), at, FALSE)

rats <- transform(rats, male = as.integer(sex == "m"))[c("litter", "rx", "time", "status", "male")]
save(rats, "rats")
add("rats", coxph(
  Surv(time, status) ~ rx + male, rats, cluster = litter, control = exact
), data.frame(rx = 0, male = 0))

# Two ways: V1 + V2 - V12, each from coxph.
two_way <- function(model, data, one, other) {
  by <- function(codes) {
    data$codes <- codes
    vcov(coxph(model, data, cluster = codes, control = exact))
  }
  pair <- as.integer(interaction(one, other, drop = TRUE))
  by(one) + by(other) - by(pair)
}
results[["pbcseq two ways"]] <- two_way(died, visits, visits$id, visits$year)
results[["cgd two ways"]] <- two_way(
  Surv(tstart, tstop, status) ~ gamma + age + steroids, cgd, cgd$id, cgd$enum
)
writeLines(toJSON(results, digits = I(15), auto_unbox = TRUE, matrix = "rowmajor"), "cox.json")
