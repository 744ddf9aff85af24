"""A pay difference in two parts: what moving to other grades accounts for, and the rest."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.both_arms import require_both_arms
from mentor_outcomes.estimates.inference.clustering import (
    NO_SPREAD,
    PEOPLE_AND_SETS,
    Clustering,
    Influence,
    beside,
    clustering,
    error_type,
)
from mentor_outcomes.estimates.inference.intervals import with_interval
from mentor_outcomes.estimates.inference.risk_intervals import (
    cluster_codes,
    flags,
    numbers,
    require_columns,
    require_known,
    weights_of,
)
from mentor_outcomes.estimates.panel.trimmed_mean import weighted_mean

PARTS = ("through_grade", "within_grade")


@dataclass(frozen=True, slots=True, eq=False)
class GradeDecomposition:
    """Two parts of a difference of mean changes that add up to it, in units of the outcome.

    estimates    shape (2,), in the order of PARTS
    influence    of both, by cluster; people of weight 0 are not counted
    n_unknown    distinct people with a grade missing at either time: all of their change is within
    n_moved      distinct people who changed grade, of the mentored and of the others: the part
                 through grade is about these alone
    """

    estimates: np.ndarray
    influence: Influence
    n_unknown: int
    n_moved: tuple[int, int]
    error_type: str

    @property
    def n_people(self) -> int:
        """Distinct people behind the difference."""
        return int(self.influence.n_people[0])

    def tidy(self, confidence: float = 0.95) -> pd.DataFrame:
        """One row per part, with interval and p-value.

        No error where nobody moved at all, or where few sets leave none (`reason` says which).
        """
        error = self.influence.std_errors()
        frame = pd.DataFrame({"part": PARTS, "estimate": self.estimates, "std_error": error})
        frame["std_error"] = frame["std_error"].where(frame["std_error"] > 0)
        varies = self.influence.is_above(0.0)
        frame["reason"] = np.where(frame["std_error"].isna() & varies, NO_SPREAD, None)
        return with_interval(frame, confidence).assign(error_type=self.error_type)


def grade_decomposition(
    changes: pd.DataFrame,
    reference: pd.DataFrame,
    *,
    outcome: str,
    minimum_people: int = 1,
    cluster: Sequence[str] = PEOPLE_AND_SETS,
) -> GradeDecomposition:
    """What moving grade accounts for in a difference of mean changes, and what lies within grades.

    A person's change through grade is the reference outcome of the grade they are in then less
    that of the grade they were in before, both in the period of then; of whoever stays it is 0.
    The rest of the change is within grade. Both are averaged as the change is, so that the two
    differences add up to the difference exactly.

    An accounting, not a causal mediation: grade is itself changed by mentoring, and who rises
    differs in pay for other reasons (Robins & Greenland 1992). "Within grade" is therefore not the
    effect that mentoring would have if it moved nobody.

    Parameters
    ----------
    changes     one row per member with a change: set_id, person_id, is_mentored, weight, change,
                period (of then), grade_before, grade_then
    reference   one row per person and period of those whose outcome is the measure, such as people
                not mentored: person_id, period, grade and the outcome
    minimum_people   of the reference in the grade and period of anybody who moved

    cluster          as of `matched_difference`

    Errors: influence functions clustered two ways, with the reference means' own by person.
    By hand in tests/spec/test_grade_decomposition.py; spread found in tests/recovery.

    Raises
    ------
    EstimationError : somebody moved from or to a grade with too few people of the reference; an arm
    is empty; a change, outcome or weight is missing, infinite or text, or a weight below zero; a
    person is missing, or repeated within a period of the reference
    """
    require_columns(
        changes,
        [
            *dict.fromkeys([*cluster, "person_id"]),
            *("is_mentored", "weight"),
            *("change", "period", "grade_before", "grade_then"),
        ],
    )
    require_columns(reference, ["person_id", "period", "grade", outcome])
    require_known(changes, ["person_id", "period"])
    weight, arm = weights_of(changes, "weight"), flags(changes, "is_mentored")
    require_both_arms(arm, weight)
    counts = weight > 0
    change, weight, arm = numbers(changes, "change")[counts], weight[counts], arm[counts]
    changes = changes[counts]
    known = _known(reference, outcome)
    cells = known.groupby(["period", "grade"])[outcome].agg(["mean", "size"])
    is_known = changes["grade_before"].notna() & changes["grade_then"].notna()
    moved = (is_known & (changes["grade_before"] != changes["grade_then"])).to_numpy()
    keys = [
        pd.MultiIndex.from_arrays([changes["period"], changes[name]])
        for name in ("grade_then", "grade_before")
    ]
    _refuse_thin([cells["size"].reindex(key).to_numpy()[moved] for key in keys], minimum_people)
    to, from_ = (cells["mean"].reindex(key).to_numpy() for key in keys)
    through = np.where(moved, to - from_, 0.0)
    clusters = _with_reference(changes, known, cluster)
    sign = np.where(arm, weight / weight[arm].sum(), -weight / weight[~arm].sum()) * moved
    of_means = _of_reference(known, cells, keys, sign, outcome)
    estimates, influences = [], []
    for values, of_reference in ((through, of_means), (change - through, -of_means)):
        mentored, comparison = (
            weighted_mean(values, weight, arm),
            weighted_mean(values, weight, ~arm),
        )
        estimates.append(mentored.mean - comparison.mean)
        rows = np.concatenate([mentored.influence - comparison.influence, of_reference])
        influences.append(clusters.influence(rows, np.arange(len(rows)) < len(changes)))
    return GradeDecomposition(
        estimates=np.array(estimates),
        influence=beside(influences, len(PARTS)),
        n_unknown=changes.loc[~is_known, "person_id"].nunique(),
        n_moved=tuple(changes.loc[moved & side, "person_id"].nunique() for side in (arm, ~arm)),
        error_type=error_type(cluster),
    )


def _with_reference(
    changes: pd.DataFrame, known: pd.DataFrame, cluster: Sequence[str]
) -> Clustering:
    """Of the rows of changes and then of the reference: these are in no set, each person alone."""
    people, _ = cluster_codes(
        pd.concat([changes["person_id"], known["person_id"]]).to_frame(), "person_id"
    )
    if "set_id" not in cluster:
        return clustering(pd.DataFrame({"person_id": people}), cluster)
    own_set, n_sets = cluster_codes(changes, "set_id")
    sets = np.concatenate([own_set, n_sets + people[len(changes) :]])
    return clustering(pd.DataFrame({"person_id": people, "set_id": sets}), cluster)


def _known(reference: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Rows of the reference with grade and outcome, one per person and period."""
    known = reference[reference["grade"].notna() & reference[outcome].notna()]
    numbers(known, outcome)
    require_known(known, ["person_id", "period"])
    n_repeated = int(known.duplicated(["person_id", "period"]).sum())
    if n_repeated:
        raise EstimationError(
            f"{n_repeated} rows of the reference repeat the person and period of another.",
            expected="one row per person and period.",
            remedy="keep one row of each.",
        )
    return known


def _of_reference(known, cells, keys, sign, outcome) -> np.ndarray:
    """What each row of the reference adds to the error of the part through grade."""
    load = pd.Series(0.0, index=cells.index)
    for key, direction in zip(keys, (1.0, -1.0), strict=True):
        of_cell = pd.Series(direction * sign, index=key).groupby(level=[0, 1]).sum()
        load = load.add(of_cell.reindex(cells.index).fillna(0.0))
    of_row = pd.MultiIndex.from_arrays([known["period"], known["grade"]])
    deviation = known[outcome].to_numpy() - cells["mean"].reindex(of_row).to_numpy()
    per_person = (load / cells["size"]).reindex(of_row).to_numpy()
    return per_person * deviation


def _refuse_thin(sizes: list[np.ndarray], minimum_people: int) -> None:
    n_thin = int((np.nan_to_num(np.minimum(*sizes)) < minimum_people).sum())
    if n_thin:
        raise EstimationError(
            f"some who moved were, or are, in a grade in which fewer than {minimum_people} of the "
            "reference have pay on record in that period.",
            expected="a reference in every grade and period that anybody moves between.",
            remedy="merge sparse grades in the records.",
        )
