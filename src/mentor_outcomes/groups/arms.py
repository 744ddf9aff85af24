"""Which people of any data frame are treated, said by one of its columns."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError, StudyError


def check_columns(people: pd.DataFrame, names: Sequence[str]) -> None:
    """Refuse names that are no columns."""
    missing = [name for name in names if name not in people.columns]
    if missing:
        raise StudyError(
            f"people have no column {', '.join(missing)}.",
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
