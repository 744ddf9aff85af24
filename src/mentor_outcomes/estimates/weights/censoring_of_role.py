"""Censoring weights of the designs of each role, or why a role has none."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.result_rows import as_reason
from mentor_outcomes.estimates.weights.censoring import censoring_weights
from mentor_outcomes.study import Study


@dataclass(frozen=True, slots=True, eq=False)
class Censoring:
    """Rows of `censoring_weights` of the roles that have any; role -> why it has none."""

    weights: pd.DataFrame
    refusals: Mapping[str, str] = field(default_factory=dict)


def censoring_of_roles(tables: Mapping[str, pd.DataFrame], study: Study) -> Censoring:
    """Weights of the matched sets, role by role.

    Where the models of who starts or leaves have no answer (their likelihood no finite maximum,
    say), the role has no weights; what does not rest on them goes on.
    """
    found, refusals = [], {}
    for role, sets in tables["matched_sets"].groupby("role", sort=True, observed=True):
        try:
            weights = censoring_weights(
                sets,
                tables["person_months"],
                tables["first_mentorships"],
                tables["events"],
                section=study.study,
                groups=study.groups,
                longest_months=max(study.analysis.horizons_months),
            )
        except EstimationError as error:
            refusals[str(role)] = as_reason(error)
        else:
            found.append(weights)
    if not found:
        return Censoring(schema.CENSORING_WEIGHTS.empty(), refusals)
    return Censoring(pd.concat(found, ignore_index=True), refusals)
