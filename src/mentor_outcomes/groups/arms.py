"""Which people of any data frame are treated, said by one of its columns."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import EstimationError, StudyError

OUTCOMES = frozenset(schema.EVENTS) | {
    column.name
    for table in (schema.PERSON_MONTHS, schema.EMPLOYMENT_SPELLS, schema.PERSON_EVENTS)
    for column in table.columns
    if column.role == "outcome"
}
"""Names of what may come after a start: dated events, and what the panel and spells call so."""


def refuse_outcomes(names: Sequence[str]) -> None:
    """Refuse covariates whose name says that they are outcomes."""
    found = [name for name in names if name in OUTCOMES]
    if found:
        raise StudyError(
            f"covariates name {', '.join(found)}, of the role outcome.",
            expected="columns known before treatment: an outcome may not choose its comparison.",
            remedy="remove it, or supply its earlier value under a name that says so, such as "
            "log_pay_12_months_before.",
        )


def check_columns(people: pd.DataFrame, names: Sequence[str], *, of: str = "people") -> None:
    """Refuse names that are no columns."""
    missing = [name for name in names if name not in people.columns]
    if missing:
        raise StudyError(
            f"{of} have no column {', '.join(map(str, missing))}.",
            expected=f"some of {', '.join(map(str, people.columns))}.",
            remedy="correct the name.",
        )


def treated_flags(people: pd.DataFrame, is_treated: str) -> np.ndarray:
    """The column of flags, or of 0 and 1, as an array; both must occur, and nothing else."""
    values = people[is_treated]
    n_unfit = int((~values.isin([0, 1])).sum())
    if n_unfit:
        raise EstimationError(
            f"{n_unfit} of {len(values)} people are neither treated nor not, by {is_treated}.",
            expected="a flag, or 0 or 1, for everybody.",
            remedy="leave out, with a count, those whose arm is not known.",
        )
    treated = values.to_numpy(dtype=bool)
    if treated.all() or not treated.any():
        raise EstimationError(
            f"{int(treated.sum())} of {len(treated)} people are treated.",
            expected="people in both arms.",
            remedy="widen the criteria for the arm that is empty.",
        )
    return treated
