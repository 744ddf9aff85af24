"""The cells of group-time effects: who is in them, whether they can be estimated, and diff-diff."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.linalg import qr

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.panel.group_time_weighted import (
    DEPENDENT,
    people_in_effect,
    weighted_cell,
)
from mentor_outcomes.estimates.panel.group_time_wide import Wide
from mentor_outcomes.estimates.weights.censoring import clipped

_CONTROL_GROUPS = {"never": "never_treated", "not_yet": "not_yet_treated"}
_SAME = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class CellPeople:
    """Who is in a cell, as flags of shape (n_units,); cohort and then: positions of periods."""

    cohort: int
    then: int
    is_used: np.ndarray
    is_mentored: np.ndarray
    n_without_value: int

    @property
    def n_mentored(self) -> int:
        return int((self.is_used & self.is_mentored).sum())

    @property
    def n_comparison(self) -> int:
        return int((self.is_used & ~self.is_mentored).sum())


@dataclass(frozen=True, slots=True, eq=False)
class CellEffect:
    """The difference of mean changes in a cell, or why it has none.

    influence   shape (n_units,); its squares sum to the squared standard error
    """

    estimate: float
    influence: np.ndarray
    refusal: str | None = None

    @property
    def std_error(self) -> float:
        return float(np.sqrt((self.influence**2).sum()))


def people_of(wide: Wide, cohort: int, then: int, comparison: str) -> CellPeople:
    """The cohort, and those it is compared with, who have a value at the reference and then."""
    is_mentored = wide.start == cohort
    if comparison == "never":
        against = wide.start == len(wide.periods) + 1
    else:
        against = (wide.start > max(then, cohort - 1)) & ~is_mentored
    has_both = np.isfinite(wide.value[:, then] - wide.value[:, cohort - 1])
    is_used = (is_mentored | against) & has_both
    n_without = int((is_mentored | against).sum() - is_used.sum())
    return CellPeople(int(cohort), int(then), is_used, is_mentored, n_without)


def cell_effects(
    wide: Wide,
    cells: Sequence[CellPeople],
    comparison: str,
    minimum_people: int,
    truncate_weights_at: float = 1.0,
) -> list[CellEffect]:
    """Each cell's mean change of the cohort less the one that the comparison people foretell.

    Without covariates the difference of mean changes. With them the comparison's changes are
    regressed on the covariates and foretold for the cohort (outcome regression; Heckman, Ichimura
    & Todd 1997; Sant'Anna & Zhao 2020); influences include the error of that regression.

    With chances of not having started, comparison people weigh the inverse of theirs over the time
    from the reference on (see `weighted_cell`, own: diff-diff has one weight per unit, whatever the
    cell). Otherwise computed by diff-diff's `CallawaySantAnna`.

    A cell is refused where its comparison people, by Kish's number and less one per covariate, are
    fewer than `minimum_people`: who alone decides a coefficient is foretold without error, and the
    standard error leaves their chance out. Tried on 50 whose first weighed 100 times the others
    (2.2 by Kish), errors were .36 of the spread; on 20 with 15 covariates .53.

    Kept from it, because it only warns: covariates missing at the reference (it would leave all
    out of that cell: refused before); covariates that repeat each other among the comparison people
    (it would drop some, and foretell the cohort without: such cells are refused; what follows from
    others for everybody alike may be dropped); and its aggregates, which with gaps weigh cells by
    their own people while the error of the weights is that of whole cohorts. Its doubly robust
    method is not used: it cuts propensities at .01, under which most people of small cohorts are;
    it does not divide by the sum of the weights as Sant'Anna & Zhao do; and tried on one invented
    organisation of 1,500 people, with the study's covariates and near-separation refused, it left
    four in five of the mentored in no cell.
    """
    reasons = [_why_not(wide, people, minimum_people, truncate_weights_at) for people in cells]
    if all(reasons):
        return [_refused(wide, str(reason)) for reason in reasons]
    if wide.chance is not None:
        return [
            _refused(wide, reason) if reason else _weighted(wide, people, truncate_weights_at)
            for people, reason in zip(cells, reasons, strict=True)
        ]
    result = _fit(wide, comparison)
    found, influence = result.group_time_effects, result._aggregation_kit.influence
    return [
        _refused(wide, reason) if reason else _read(wide, people, found, influence)
        for people, reason in zip(cells, reasons, strict=True)
    ]


def _why_not(wide: Wide, people: CellPeople, minimum_people: int, quantile: float) -> str | None:
    least = max(minimum_people, 1)
    if min(people.n_mentored, people.n_comparison) < least:
        return f"fewer than {minimum_people} people in an arm"
    known = wide.covariates[:, people.cohort - 1]
    rank = _rank(known[people.is_used & ~people.is_mentored])
    if _rank(known[people.is_used]) > rank:
        return "a covariate never varies, or follows from others, among the comparison people"
    # A regression runs through whom little else holds it from, and takes their chance for none.
    if people_in_effect(_weights(wide, people, quantile)) - rank < least - _SAME:
        return f"the comparison people weigh like fewer than {least}, one less per covariate"
    return None


def _rank(columns: np.ndarray) -> int:
    """How many covariates vary and do not follow from the others."""
    if columns.shape[1] == 0 or len(columns) < 2:
        return 0
    centred = columns - columns.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    varies = length > DEPENDENT * np.sqrt((columns**2).sum(axis=0))
    if not varies.any():
        return 0
    (triangle,) = qr(centred[:, varies] / length[varies], mode="r", pivoting=True)[:1]
    return int((np.abs(np.diag(triangle)) > DEPENDENT).sum())


def _refused(wide: Wide, reason: str) -> CellEffect:
    return CellEffect(np.nan, np.full(len(wide.units), np.nan), reason)


def _weights(wide: Wide, people: CellPeople, quantile: float) -> np.ndarray:
    """(n_comparison,), in the order of the units; 1 where nobody was passed over since."""
    others, reference = people.is_used & ~people.is_mentored, people.cohort - 1
    if wide.chance is None or people.then < reference:
        return np.ones(people.n_comparison)
    since = wide.chance[others, people.then] / wide.chance[others, reference]
    return clipped(1 / since, quantile)


def _weighted(wide: Wide, people: CellPeople, quantile: float) -> CellEffect:
    used, reference = np.flatnonzero(people.is_used), people.cohort - 1
    is_mentored = people.is_mentored[used]
    weights = np.ones(len(used))
    weights[~is_mentored] = _weights(wide, people, quantile)
    change = wide.value[used, people.then] - wide.value[used, reference]
    own, known = np.zeros(len(wide.units)), wide.covariates[used, reference]
    effect, own[used] = weighted_cell(change, known, is_mentored, weights)
    return CellEffect(effect, own)


def _fit(wide: Wide, comparison: str):
    """diff-diff on all units and periods: numbered from 1, starts alike, 0 for never."""
    # Imported here: diff-diff takes seconds to import, and most stages do not need it.
    from diff_diff import CallawaySantAnna

    n_units, n_periods = wide.value.shape
    # Those who start after the last period are no cohort; whom they serve they serve as `never`.
    starts = np.where(wide.start < n_periods, wide.start + 1, 0)
    serves = (wide.start != n_periods) | (comparison == "not_yet")
    names = [f"x{place}" for place in range(wide.covariates.shape[2])]
    flat = wide.covariates.reshape(n_units * n_periods, len(names))
    frame = pd.DataFrame(flat, columns=names).assign(
        unit=np.repeat(np.arange(n_units), n_periods),
        period=np.tile(np.arange(1, n_periods + 1), n_units),
        start=np.repeat(starts, n_periods),
        outcome=wide.value.ravel(),
    )
    model = CallawaySantAnna(
        control_group=_CONTROL_GROUPS[comparison],
        anticipation=0,
        estimation_method="reg",
        base_period="universal",
        n_bootstrap=0,
        cband=False,
        rank_deficient_action="silent",
    )
    with warnings.catch_warnings():
        # What it warns of was looked at cell by cell, or is asked for (gaps).
        warnings.simplefilter("ignore", UserWarning)
        return model.fit(
            # Left out, a unit would shift the numbers of those after it: its values go instead.
            frame.assign(outcome=frame["outcome"].where(np.repeat(serves, n_periods))),
            outcome="outcome",
            unit="unit",
            time="period",
            first_treat="start",
            covariates=names or None,
        )


def _read(
    wide: Wide, people: CellPeople, found: Mapping[tuple, dict], influence: Mapping[tuple, dict]
) -> CellEffect:
    """A cell's estimate and influences, proven to belong together and to these people."""
    key = (people.cohort + 1, people.then + 1)
    if key not in influence and wide.covariates.shape[2]:
        return _refused(wide, "the covariates nearly repeat each other")
    if key not in influence:
        raise EstimationError(
            "a cohort with people enough, and as many to compare with, that was left out.",
            expected="diff-diff as it is since 3.13, which estimates every cell with people.",
            remedy="install the version of diff-diff named in the lock file.",
        )
    parts, own = influence[key], np.zeros(len(wide.units))
    own[parts["treated_idx"]] = parts["treated_inf"]
    own[parts["control_idx"]] = parts["control_inf"]
    used = np.sort(np.concatenate([parts["treated_idx"], parts["control_idx"]]))
    error = found[key]["se"]
    if not (
        np.array_equal(used, np.flatnonzero(people.is_used))
        and np.isclose(np.sqrt((own**2).sum()), error, rtol=_SAME, atol=0)
    ):
        raise EstimationError(
            "influences of the group-time effects that do not give their standard errors, or are "
            "of other people.",
            expected="diff-diff as it is since 3.13, whose influences are squared and summed.",
            remedy="install the version of diff-diff named in the lock file.",
        )
    return CellEffect(float(found[key]["effect"]), own)
