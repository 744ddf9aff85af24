"""Response weights of one outcome, or why it has none."""

from dataclasses import dataclass

import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.result_rows import as_reason
from mentor_outcomes.estimates.weights._answering import answer_chances
from mentor_outcomes.estimates.weights.censoring import clipped
from mentor_outcomes.study import Groups, Outcome

WITHOUT_WEIGHTS = "without weights"
"""The variant of a difference among those seen."""
WEIGHTED = (
    "matched_difference",
    "parallel_trends",
    "lee_bounds",
    "tipping_point",
    "proportional_odds",
    "placebo_start",
)
"""Methods of which scales are weighted for silence; all but their variants without weights."""


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """Response weights of a scale, as of `response_weights`; or why it has none.

    Both None for what is no scale, or was answered by nobody.

    model   which model of who answers they are of, in words; None without weights
    """

    weights: pd.DataFrame | None = None
    refusal: str | None = None
    model: str | None = None


def response_weights(
    person_waves: pd.DataFrame,
    person_months: pd.DataFrame,
    *,
    answered: str,
    groups: Groups,
) -> pd.DataFrame:
    """One row per person and wave with a value in the column `answered`: the response weight.

    1 / P(answered | history recorded at the end of the period before, whether mentored by then),
    from a pooled logit with an intercept per wave, in which numbers on record may count otherwise
    among the mentored where there are enough answers to tell and an answer is finite; truncated as
    the censoring weights are, within the wave and whether mentored. Not stabilised: a numerator
    that differs between waves and arms would let the arms keep unequal mixes of waves, and a change
    between waves would then pass for an effect wherever a horizon pools several.
    People without a row in the period before (hired since) share one probability.
    Assumes that, given this history, answering has nothing to do with the answer.
    """
    return _modelled_weights(person_waves, person_months, answered, groups)[0]


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
        weights, model = _modelled_weights(waves, person_months, name, groups)
    except EstimationError as error:
        return Response(refusal=as_reason(error))
    return Response(weights, model=model)


def with_model(estimates: pd.DataFrame, response: Response) -> pd.DataFrame:
    """Errors of one outcome say which model of who answers the weights are of."""
    if response.model is None:
        return estimates
    is_weighted = (
        estimates["method"].isin(WEIGHTED)
        & (estimates["variant"] != WITHOUT_WEIGHTS)
        & (estimates["status"] == "estimated")
        & (estimates["error_type"] != "none")
    )
    told = estimates["error_type"] + f"; {response.model}"
    return estimates.assign(error_type=estimates["error_type"].mask(is_weighted, told))


def _modelled_weights(
    person_waves: pd.DataFrame, person_months: pd.DataFrame, answered: str, groups: Groups
) -> tuple[pd.DataFrame, str]:
    asked = person_waves[["person_id", "wave", "period"]].assign(
        has_answered=person_waves[answered].notna()
    )
    chances = answer_chances(asked, person_months, groups)
    asked = asked.assign(probability=chances.probability, is_mentored=chances.is_mentored)
    answers = asked[asked["has_answered"]]
    cells = (1 / answers["probability"]).groupby([answers["wave"], answers["is_mentored"]])
    weights = cells.transform(clipped, groups.truncate_weights_at).to_numpy()
    return answers[["person_id", "wave"]].assign(response_weight=weights), chances.model
