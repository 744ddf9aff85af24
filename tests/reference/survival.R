# Writes survival.json and heart.csv, competing.csv: what R's survival package finds.
# Run in this folder: Rscript survival.R (Debian: r-base-core, r-cran-survival).
# The tests read only the files written here. `heart` is the Stanford heart transplant programme
# (Crowley & Hu 1977, J. Am. Stat. Assoc. 72:27), as shipped by survival (LGPL-2 or later).
library(survival)

number <- function(x) paste0("[", paste(formatC(x, digits = 15, format = "g"), collapse = ", "), "]")
entry <- function(name, fields) {
  inner <- paste0("    \"", names(fields), "\": ", unlist(fields), collapse = ",\n")
  paste0("  \"", name, "\": {\n", inner, "\n  }")
}
cox <- function(fit) {
  list(
    coefficients = number(coef(fit)),
    std_errors = number(sqrt(diag(vcov(fit)))),
    loglik = number(fit$loglik)
  )
}
results <- c()
add <- function(name, fields) results <<- c(results, entry(name, fields))

heart$case_weight <- 1 + (heart$id %% 3) / 2
heart$transplant <- as.integer(as.character(heart$transplant))
write.csv(heart, "heart.csv", row.names = FALSE, quote = FALSE)

full <- Surv(start, stop, event) ~ age + year + surgery + transplant
stratified <- Surv(start, stop, event) ~ age + year + transplant + strata(surgery)
add("heart efron", cox(coxph(full, heart)))
add("heart breslow", cox(coxph(full, heart, ties = "breslow")))
add("heart clustered", cox(coxph(full, heart, cluster = id)))
add("heart weighted clustered", cox(coxph(full, heart, weights = case_weight, cluster = id)))
add("heart strata", cox(coxph(stratified, heart)))
add("heart strata weighted breslow clustered", cox(coxph(
  stratified, heart, weights = case_weight, cluster = id, ties = "breslow"
)))

# Who was ever transplanted, from acceptance on: the patients had to live long enough to be.
naive <- do.call(rbind, lapply(split(heart, heart$id), function(rows) data.frame(
  stop = max(rows$stop), event = max(rows$event), age = rows$age[1], year = rows$year[1],
  surgery = rows$surgery[1], transplant = max(rows$transplant)
)))
add("heart naive", cox(coxph(Surv(stop, event) ~ age + year + surgery + transplant, naive)))

# Records by arithmetic, with ties, delayed entry and two causes.
i <- 1:60
records <- data.frame(
  id = i, person = (i * 7) %% 23, entry = ((i * 5) %% 4) * ((i %% 3) == 0),
  cause = c("", "left", "promoted", "promoted")[1 + (i * 11) %% 4],
  arm = c("comparison", "mentored")[1 + ((i * 3) %% 7 < 4)], x = ((i * 17) %% 10) / 10,
  weight = 0.5 + ((i * 13) %% 7) / 4
)
records$exit <- records$entry + 1 + (i * 29) %% 9
write.csv(records, "competing.csv", row.names = FALSE, quote = FALSE)
records$state <- factor(records$cause, levels = c("", "left", "promoted"))

write_curve <- function(name, part, weights) {
  # One id per row: where weights change within an id, survfit's states are wrong (3.5-3).
  fit <- survfit(Surv(entry, exit, state) ~ 1, data = part, id = id, weights = weights)
  add(name, list(
    times = number(fit$time),
    left = number(fit$pstate[, 2]), left_error = number(fit$std.err[, 2]),
    promoted = number(fit$pstate[, 3]), promoted_error = number(fit$std.err[, 3]),
    mean_time_to_8 = number(summary(fit, rmean = 8)$table[2:3, "rmean"])
  ))
}
for (arm in c("comparison", "mentored")) {
  part <- records[records$arm == arm, ]
  write_curve(paste("aalen-johansen", arm), part, rep(1, nrow(part)))
  write_curve(paste("aalen-johansen weighted", arm), part, part$weight)
}

# One cause: here survfit knows clusters.
any_event <- Surv(entry, exit, cause != "") ~ 1
steps <- summary(survfit(any_event, records, weights = weight, cluster = person))
add("kaplan-meier weighted clustered", list(
  times = number(steps$time), survival = number(steps$surv), error = number(steps$std.err)
))

tied <- Surv(entry, exit, cause == "promoted") ~ x + (arm == "mentored")
# Unasked, coxph answers fractional weights with robust errors.
add("tied efron weighted", cox(coxph(tied, records, weights = weight, robust = FALSE)))
add("tied efron weighted clustered", cox(coxph(
  tied, records, weights = weight, cluster = person
)))
add("tied breslow clustered", cox(coxph(tied, records, cluster = person, ties = "breslow")))

versions <- entry("versions", list(
  R = paste0("\"", getRversion(), "\""), survival = paste0("\"", packageVersion("survival"), "\"")
))
writeLines(c("{", paste(c(versions, results), collapse = ",\n"), "}"), "survival.json")
