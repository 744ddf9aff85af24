# Two-way fixed effects of Vella & Verbeek's wage panel, by plm.
#
#   python -c "from linearmodels.datasets import wage_panel as w; w.load().to_csv('panel.csv', index=False, float_format='%.17g')"
#   Rscript tests/reference/wage_panel.R panel.csv > tests/reference/wage_panel.csv
#
# error_hc0    Arellano's, clustered by man, without any correction
# error_sss    the same times sqrt(G / (G - 1) x (n - 1) / (n - K)), K = 3 coefficients: Stata's
suppressPackageStartupMessages(library(plm))
panel <- read.csv(commandArgs(trailingOnly = TRUE)[1])
fit <- plm(lwage ~ union + married + expersq, data = panel, index = c("nr", "year"),
           model = "within", effect = "twoways")
error <- function(type) {
  sqrt(diag(vcovHC(fit, method = "arellano", type = type, cluster = "group")))
}
cat(sprintf("# made by %s, plm %s\n", R.version.string, packageVersion("plm")))
result <- data.frame(term = names(coef(fit)),
                     estimate = sprintf("%.15g", coef(fit)),
                     error_hc0 = sprintf("%.15g", error("HC0")),
                     error_sss = sprintf("%.15g", error("sss")))
write.csv(result, row.names = FALSE, quote = FALSE)
