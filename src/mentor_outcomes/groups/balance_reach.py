"""Why no weights reach the averages asked for, in words that name the columns to blame."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from mentor_outcomes.errors import EstimationError

_OUTSIDE = 1e-6
"""Distance from what weights can reach, in SDs, beyond which a target is out of reach."""


def out_of_reach(
    deviations: np.ndarray,
    codes: np.ndarray,
    shares: np.ndarray,
    names: Sequence[str],
    of_whom: str,
) -> EstimationError:
    """Which columns no weights can bring to the target together (linear programme).

    The programme seeks weights, which sum to its share in each stratum, with the least sum of
    distances between averages and target; columns still apart at its answer are named.
    """
    n_rows, n_columns = deviations.shape
    present, place = np.unique(codes, return_inverse=True)
    identity = sparse.identity(n_columns)
    in_stratum = sparse.csr_array(
        (np.ones(n_rows), (place, np.arange(n_rows))), (len(present), n_rows)
    )
    found = linprog(
        np.r_[np.zeros(n_rows), np.ones(2 * n_columns)],
        A_eq=sparse.block_array(
            [[sparse.csr_array(deviations.T), identity, -identity], [in_stratum, None, None]],
            format="csr",
        ),
        b_eq=np.r_[np.zeros(n_columns), shares[present]],
        method="highs",
    )
    if found.status == 0 and found.fun > _OUTSIDE:
        missed = found.x[n_rows : n_rows + n_columns] + found.x[n_rows + n_columns :]
        return jointly([n for n, x in zip(names, missed, strict=True) if x > _OUTSIDE], of_whom)
    return EstimationError(
        "the balance asked for can only just be reached, by weights on very few people.",
        expected="people on all sides of the averages to be reached.",
        remedy="balance fewer covariates, merge rare levels, or use overlap weights.",
    )


def outside(names, below, above, of_whom: str) -> EstimationError:
    """Averages that lie beyond the smallest or largest value of those to be weighted."""
    parts = [
        f"{name} ({'below' if is_below else 'above'} all of them)"
        for name, is_below, is_above in zip(names, below, above, strict=True)
        if is_below or is_above
    ]
    return EstimationError(
        f"the average of {of_whom} lies outside the values of those to be weighted: "
        f"{', '.join(parts)}.",
        expected="an average between the smallest and the largest value of those to be weighted.",
        remedy="restrict the study to people who can be compared, or remove the covariate.",
    )


def jointly(names: Sequence[str], of_whom: str) -> EstimationError:
    """Averages each of which could be met, but not all together."""
    return EstimationError(
        f"no weights give the averages of {of_whom}: each lies within the values of those to be "
        f"weighted, but all together do not; {', '.join(names)} cannot be met beside the others.",
        expected="people to be weighted on all sides of the averages to be reached.",
        remedy=f"remove {names[0]} or covariates that go with it, merge rare levels, restrict the "
        "study to people who can be compared, or use overlap weights.",
    )
