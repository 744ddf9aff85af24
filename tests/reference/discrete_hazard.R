# Writes discrete_hazard.json and discrete_hazard_colon.csv: what R's glm finds on person-periods,
# with cluster-robust errors by their formula.
# Run in this folder: Rscript discrete_hazard.R (Debian: r-base-core r-cran-survival).
# The tests read only the files written here. `colon` is a trial of adjuvant chemotherapy (Moertel
# et al. 1990, N. Engl. J. Med. 322:352), as shipped by survival (LGPL-2 or later); each patient is
# followed twice, to the relapse and to death, so that errors must be clustered.
library(survival)

number <- function(x) paste0("[", paste(formatC(x, digits = 15, format = "g"), collapse = ", "), "]")
results <- c()
add <- function(name, fields) {
  inner <- paste0("    \"", names(fields), "\": ", unlist(fields), collapse = ",\n")
  results <<- c(results, paste0("  \"", name, "\": {\n", inner, "\n  }"))
}

spells <- colon[!is.na(colon$nodes), ]
spells <- data.frame(
  patient = spells$id, time = spells$time, event = spells$status,
  levamisole_5fu = as.integer(spells$rx == "Lev+5FU"), nodes = spells$nodes,
  death = spells$etype - 1, age = spells$age
)
write.csv(spells, "discrete_hazard_colon.csv", row.names = FALSE, quote = FALSE)

# Periods of 180 days, up to the 15th; who is lost in one counts as at risk in it.
width <- 180
last <- ceiling(spells$time / width)
rows <- spells[rep(seq_len(nrow(spells)), last), ]
rows$period <- sequence(last)
rows$event <- as.integer(rows$event == 1 & rows$period == rep(last, last))
rows <- rows[rows$period <= 15, ]

# Sandwich: scores summed by cluster, bread the inverse expected information (vcov of glm), no
# small-sample correction. Two ways: V1 + V2 - V12.
meat <- function(scores, cluster) crossprod(rowsum(scores, cluster))
fits <- function(name, formula, link) {
  fit <- glm(formula, binomial(link), rows)
  for (again in 1:20) {
    fit <- glm(
      formula, binomial(link), rows, start = coef(fit), control = list(epsilon = 1e-300, maxit = 1)
    ) |> suppressWarnings() # that one more step is not convergence
  }
  x <- model.matrix(fit)
  linear <- drop(x %*% coef(fit))
  score <- if (link == "logit") {
    rows$event - plogis(linear)
  } else {
    ifelse(rows$event == 1, exp(linear) / expm1(exp(linear)), -exp(linear))
  }
  scores <- x * score
  stopifnot(max(abs(colSums(scores))) < 1e-6)
  bread <- vcov(fit)
  by <- function(...) sqrt(diag(bread %*% Reduce(`+`, list(...)) %*% bread))
  add(paste(name, link), list(
    coefficients = number(coef(fit)), std_errors = number(sqrt(diag(bread))),
    clustered = number(by(meat(scores, rows$patient))),
    two_ways = number(by(
      meat(scores, rows$patient), meat(scores, rows$age),
      -meat(scores, paste(rows$patient, rows$age))
    )),
    two_ways_crossed = number(by(
      meat(scores, rows$age), meat(scores, rows$nodes), -meat(scores, paste(rows$age, rows$nodes))
    )),
    deviance = number(fit$deviance)
  ))
}
for (link in c("logit", "cloglog")) {
  fits("periods", event ~ 0 + factor(period) + levamisole_5fu + nodes + death, link)
  fits("columns", event ~ period + I(period^2) + levamisole_5fu + nodes + death, link)
}
add("counts", list(rows = number(nrow(rows)), events = number(sum(rows$event))))
add("versions", list(
  R = paste0("\"", getRversion(), "\""), survival = paste0("\"", packageVersion("survival"), "\"")
))
writeLines(c("{", paste(results, collapse = ",\n"), "}"), "discrete_hazard.json")
