"""Do the items mean the same in several groups? Configural, metric and scalar invariance.

The rule departs from the plain reading of Chen (2007), where a fall of CFI is "supplemented by" a
rise of RMSEA, as two conditions either of which denies: so read, chance denies too often. Of four
items with loadings of .8 that are invariant in two groups of 300 (100 and 400; 1,000 each),
"either" denied metric in 9 % (14; 4) of 300 runs and scalar in 20 % (23; 11); with six items in 5 %
(8; 2) and 7 % (12; 3), nearly all by RMSEA. CFI alone denied either step in at most .3 % (three
items: 1.7); the rest is "doubtful". The price: a loading of .5 in place of .8 is "no" in 70 % (58;
94) and "doubtful" in 24 % (31; 6) with four items, but in 38 % (25; 34) and 49 % (49; 66) with six,
where one item weighs less; "either" denied it as often as both together. With loadings of .6, CFI
denies metric by chance, too: 5 % (7; 0) with four items, 13 % (20; 3) with three. See
benchmarks/invariance_rates.py, and its results for every cell.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from mentor_outcomes.errors import EstimationError, SchemaError
from mentor_outcomes.measures import fit_indices
from mentor_outcomes.measures.answer_sheets import complete_sheets, refuse_unfit
from mentor_outcomes.measures.one_factor import fewest_people, fit_one_factor
from mentor_outcomes.measures.one_factor_parameters import Moments, one_factor_layout

STEPS = ("configural", "metric", "scalar")
CFI_MAY_FALL = 0.010
RMSEA_RISES = 0.015
LEAST_CFI = 0.90
MOST_SRMR = 0.08
"""A configural model fits with a CFI of .90 or more (Bentler & Bonett 1980) and an SRMR of .08 or
less (Hu & Bentler 1999). RMSEA is left out: with few degrees of freedom it rejects good models
(Kenny, Kaniskan & McCoach 2015, Sociol. Methods Res. 44:486)."""
CANNOT_BE_TESTED = "cannot be tested"
DOUBTFUL = "doubtful"
_DIGITS = 9
"""A change of fit that is at a limit up to rounding beyond these is at the limit."""


@dataclass(frozen=True, slots=True, eq=False)
class Invariance:
    """Fit of the three models, each with its verdict.

    steps        one row per step: step, chi2, df, p_value, cfi, rmsea, srmr, delta_cfi,
                 delta_rmsea, holds (yes, doubtful, no, cannot be tested), verdict
    n_by_group   complete answer sheets by group;  n_left_out   sheets with a missing answer
    """

    steps: pd.DataFrame
    n_by_group: pd.Series
    n_left_out: int

    def tidy(self) -> pd.DataFrame:
        """One row per step, with n_people (sheets used), n_groups and n_left_out."""
        return self.steps.assign(
            n_people=int(self.n_by_group.sum()),
            n_groups=len(self.n_by_group),
            n_left_out=self.n_left_out,
        )


def invariance(items: pd.DataFrame, *, groups: Sequence[Hashable] | pd.Series) -> Invariance:
    """Whether one factor, its loadings and its intercepts are the same in every group.

    Configural: one factor in each group, all else free. Metric: loadings equal, so that a point
    more means the same change. Scalar: intercepts equal, too, so that means can be compared. Each
    is fitted by maximum likelihood to means and covariances of complete sheets, as lavaan does by
    default. A step does not hold ("no") where CFI falls by more than .010 against the step before
    (Cheung & Rensvold 2002); it is "doubtful" where CFI does not, but RMSEA rises by .015 or more.
    P-values are told, not used, since large groups reject trifles. Scalar is "no" where metric is.
    Why RMSEA alone only makes doubtful stands at the head of this module.

    With three items the configural model has no degrees of freedom: it fits any answers and cannot
    be tested. Its RMSEA is 0/0, not 0 (as programs print), so that of the metric model is no rise
    over it: by chance alone that was .015 or more in 18 to 39 % of simulated studies of invariant
    items (two to six groups of 150 to 1,500). There the change of RMSEA is missing, and CFI alone
    decides.

    Assumes answers that are independent within and between groups and, for the p-values, normal.

    Parameters
    ----------
    items : one row per answer sheet, one column per item, in points; reversed or not is the same
    groups : the group of each sheet, in the same order

    Raises
    ------
    SchemaError       answers that are no numbers; sheets without a group; groups of another length
    EstimationError   fewer than three items or two groups, a group that is too small, an item
                      without variation, a model that does not converge or with a variance below
                      zero (a Heywood case)

    Worked by hand in tests/spec, as in lavaan in tests/reference, known truth in tests/recovery.
    """
    labels = _labels(items, groups)
    _refuse_few_items(items)
    sheets = complete_sheets(items)
    n_by_group = (
        labels[sheets.is_complete].value_counts().reindex(sorted_labels(labels), fill_value=0)
    )
    if len(n_by_group) < 2:
        raise EstimationError(
            "all answers are of one group." if len(n_by_group) else "there are no answers.",
            expected="two groups or more.",
            remedy="leave invariance open until there are answers of another group.",
        )
    parts = [sheets.answers[labels[sheets.is_complete] == label] for label in n_by_group.index]
    _refuse_unfit_groups(sheets.items, dict(zip(n_by_group.index, parts, strict=True)))
    moments = [Moments.of(part) for part in parts]
    return Invariance(_steps(moments, sheets.items), n_by_group, sheets.n_left_out)


def _refuse_few_items(items: pd.DataFrame) -> None:
    if items.shape[1] < 3:
        raise EstimationError(
            f"there are {items.shape[1]} items.",
            expected="three or more: with fewer one factor cannot be told from none.",
            remedy="leave invariance open for this scale, and say so.",
        )


def sorted_labels(labels: pd.Series) -> list[Hashable]:
    """The groups in their order, or in that of their text where they have none."""
    unique = list(labels.unique())
    try:
        return sorted(unique)
    except TypeError:
        return sorted(unique, key=str)


def _labels(items: pd.DataFrame, groups: Sequence[Hashable] | pd.Series) -> pd.Series:
    labels = pd.Series(np.asarray(groups))
    n_missing = int(labels.isna().sum())
    if len(labels) != len(items) or n_missing:
        raise SchemaError(
            f"{len(items)} answer sheets, {len(labels)} groups, {n_missing} of them missing.",
            expected="one group for each sheet.",
            remedy="pass the group of every row of `items`, in its order.",
        )
    return labels


def _refuse_unfit_groups(items: Sequence[str], parts: dict[Hashable, np.ndarray]) -> None:
    """The smallest group first: it says best what is missing."""
    for label in sorted(parts, key=lambda each: len(parts[each])):
        try:
            refuse_unfit(items, parts[label], fewest=fewest_people(len(items)), where="one group")
        except EstimationError as problem:
            raise EstimationError(
                problem.found,
                expected=problem.expected,
                remedy=f"look at the group {label}: {problem.remedy}",
            ) from None


def _steps(groups: Sequence[Moments], items: Sequence[str]) -> pd.DataFrame:
    n_people, baseline = sum(group.n for group in groups), fit_indices.independence(groups)
    rows = []
    for step in STEPS:
        layout = one_factor_layout(
            len(items),
            len(groups),
            equal_loadings=step != "configural",
            equal_intercepts=step == "scalar",
        )
        fit = fit_one_factor(groups, layout, items)
        rows.append(
            {
                "step": step,
                "chi2": fit.chi2,
                "df": fit.df,
                "p_value": float(stats.chi2.sf(fit.chi2, fit.df)) if fit.df else np.nan,
                "cfi": fit_indices.comparative_fit(fit.chi2, fit.df, baseline),
                "rmsea": fit_indices.approximation_error(fit.chi2, fit.df, n_people, len(groups)),
                "srmr": fit_indices.standardised_residual(groups, fit.values) if fit.df else 0.0,
            }
        )
    steps = pd.DataFrame(rows)
    steps = steps.assign(delta_cfi=steps["cfi"].diff(), delta_rmsea=steps["rmsea"].diff())
    configural, metric, scalar = (row for row in steps.itertuples())
    judged = [_judged_alone(configural), _judged(metric), _judged(scalar)]
    if judged[1][0] == "no":
        judged[2] = ("no", "the intercepts cannot be compared where the loadings differ")
    return steps.assign(
        holds=[holds for holds, _ in judged], verdict=[verdict for _, verdict in judged]
    )


def _judged(row) -> tuple[str, str]:
    """Whether a step holds against the one before, and why in words."""
    falls = round(-row.delta_cfi, _DIGITS) > CFI_MAY_FALL
    is_comparable = np.isfinite(row.delta_rmsea)
    rises = is_comparable and round(row.delta_rmsea, _DIGITS) >= RMSEA_RISES
    changes = f"CFI changes by {_thousandths(row.delta_cfi)}"
    if is_comparable:
        changes += f", RMSEA by {_thousandths(row.delta_rmsea)}"
    else:
        changes += " (RMSEA is not defined for the step before)"
    what = "loadings" if row.step == "metric" else "intercepts"
    if falls:
        return "no", f"the {what} differ between groups: {changes}"
    if rises:
        return DOUBTFUL, f"the {what} may differ between groups, by RMSEA alone: {changes}"
    return "yes", f"the {what} are alike in the groups: {changes}"


def _judged_alone(row) -> tuple[str, str]:
    """Whether the configural model fits."""
    if row.df == 0:
        return CANNOT_BE_TESTED, "cannot be tested: with three items one factor fits any answers"
    fits = row.cfi >= LEAST_CFI and row.srmr <= MOST_SRMR
    figures = f"CFI {row.cfi:.3f}, SRMR {row.srmr:.3f}"
    if fits:
        return "yes", f"one factor fits in every group: {figures}"
    return "no", f"one factor does not fit in every group: {figures}"


def _thousandths(change: float) -> str:
    rounded = round(change, 3) + 0.0
    return f"{rounded:+.3f}" if rounded else "0.000"
