# Writes hazard_periods.json and hazard_progression.csv: hazard ratios before and after 12 months (365.25 days).
# Run in this folder: Rscript hazard_periods.R (Debian: r-base-core, r-cran-survival, r-cran-jsonlite).
# The tests read only the files written here and cox_colon.csv of cox.R. The data are shipped by
# survival: colon (Moertel et al. 1990), recurrence and death, two rows per patient, with weights;
# mgus2 (Kyle et al. 2002), death, with progression to malignancy switching on; months made days.
library(survival)
library(jsonlite)

exact <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50)
year <- 365.25
found <- function(fit, terms) {
  list(coefficients = unname(coef(fit)[terms]), errors = sqrt(unname(diag(vcov(fit)))[terms]))
}

colon <- read.csv("cox_colon.csv")
parts <- survSplit(Surv(time, status) ~ ., colon, cut = year, episode = "part")
parts$within <- parts$lev_5fu * (parts$part == 1)
parts$after <- parts$lev_5fu * (parts$part == 2)
sets <- coxph(
  Surv(tstart, time, status) ~ within + after, parts,
  weights = weight, cluster = id, control = exact
)

mgus <- survival::mgus2
days <- function(months) round(months * year / 12)
mgus <- data.frame(id = mgus$id, since = days(mgus$ptime), until = days(mgus$futime),
                   progressed = mgus$pstat, died = mgus$death, age = mgus$age)
write.csv(mgus, "hazard_progression.csv", row.names = FALSE, quote = FALSE)
mgus <- mgus[mgus$until > 0, ]
rows <- do.call(rbind, lapply(seq_len(nrow(mgus)), function(i) {
  one <- mgus[i, ]
  cuts <- if (one$progressed == 1) one$since + c(0, year) else numeric(0)
  cuts <- cuts[cuts > 0 & cuts < one$until]
  from <- c(0, cuts)
  until <- c(cuts, one$until)
  age <- if (one$progressed == 1) from - one$since else rep(-1, length(from))
  data.frame(id = one$id, age = one$age, from, until,
             died = one$died * (until == one$until),
             within = as.numeric(age >= 0 & age < year), longer = as.numeric(age >= year))
}))
everyone <- coxph(
  Surv(from, until, died) ~ within + longer + age, rows, cluster = id, control = exact
)

versions <- list(R = paste(R.version$major, R.version$minor, sep = "."),
                 survival = as.character(packageVersion("survival")))
write(toJSON(
  list(versions = versions, sets = found(sets, 1:2), everyone = found(everyone, 1:2),
       n_rows = nrow(rows)),
  digits = I(15), auto_unbox = TRUE
), "hazard_periods.json")
