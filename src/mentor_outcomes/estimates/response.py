"""Response weights of one outcome, or why it has none."""

from dataclasses import dataclass

import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.censoring import response_weights
from mentor_outcomes.estimates.result_rows import as_reason
from mentor_outcomes.study import Groups, Outcome


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """Response weights of a scale, as of `response_weights`; or why it has none.

    Both None for what is no scale, or was answered by nobody.
    """

    weights: pd.DataFrame | None = None
    refusal: str | None = None


def response_of(
    name: str,
    outcome: Outcome,
    person_waves: pd.DataFrame,
    person_months: pd.DataFrame,
    groups: Groups,
) -> Response:
    """Response weights of a scale that anybody answered; of anything else none.

    Where the model of who answered has no answer (its likelihood no finite maximum, say), this
    scale has no weights; the other outcomes of the study go on.
    """
    waves = person_waves
    if outcome.kind != "scale" or name not in waves.columns or waves[name].isna().all():
        return Response()
    try:
        return Response(response_weights(waves, person_months, answered=name, groups=groups))
    except EstimationError as error:
        return Response(refusal=as_reason(error))
