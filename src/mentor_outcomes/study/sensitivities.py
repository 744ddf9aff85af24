"""Sensitivities that an outcome declares: the same question under another definition or selection.

Each has rows of its own in `estimates`, under the words of `VARIANTS` in the column `variant`. None
is a headline or primary, and none is adjusted for: they say how far an answer hangs on a choice.
"""

from collections.abc import Mapping
from dataclasses import replace

from mentor_outcomes.errors import StudyError
from mentor_outcomes.study.sections import Outcome, Study
from mentor_outcomes.study.source import Source

VARIANTS: Mapping[str, str] = {
    "by_grade": "promotion by grade",
    "by_code": "promotion by code",
    "by_either": "promotion by grade or code",
    "with_mass_changes": "with mass changes",
    "without_mass_changes": "without mass changes",
    "later_promotions": "later promotions counted",
    "full_follow_up": "full follow-up only",
    "matched_on_last_value": "matched on the last value too",
}
"""Sensitivity, as the study file names it -> what its rows of `estimates` are called."""

_DEFINED_OTHERWISE: Mapping[str, Mapping[str, object]] = {
    "by_grade": {"definition": "grade"},
    "by_code": {"definition": "code"},
    "by_either": {"definition": "either"},
    "with_mass_changes": {"mass_changes": True},
    "without_mass_changes": {"mass_changes": False},
}
MATCHED_ON_LAST_VALUE = "matched_on_last_value"
_OF_ANY_EVENT = ("full_follow_up",)
_OF_CHANGES = (MATCHED_ON_LAST_VALUE,)
"""Of outcomes whose change since the start is taken: scales, and pay among the person-months."""


def defined_otherwise(outcome: Outcome) -> dict[str, Outcome]:
    """The outcome under each other definition of the event that it declares, by `variant`.

    One thing differs at a time: by code with mass changes left out, if the outcome leaves them out.
    """
    return {
        VARIANTS[name]: replace(outcome, **_DEFINED_OTHERWISE[name])
        for name in outcome.sensitivities
        if name in _DEFINED_OTHERWISE
    }


def check_sensitivities(study: Study) -> None:
    """Refuse definitions and sensitivities that do not fit the outcome or that no source tells."""
    for name, outcome in study.outcomes.items():
        _check_fit(name, outcome)
        _check_difference(name, outcome)
        _check_codes(name, outcome, study.sources)


def _check_fit(name: str, outcome: Outcome) -> None:
    fitting = _fitting(name, outcome)
    stray = [each for each in outcome.sensitivities if each not in fitting]
    if outcome.event != "promotion":
        stray += ["definition"] * (outcome.definition != "grade")
        stray += ["mass_changes"] * outcome.mass_changes
    if stray:
        allowed = f"only {', '.join(fitting)}" if fitting else "none"
        kind = "a promotion" if outcome.event == "promotion" else "no promotion"
        raise StudyError(
            f"outcomes.{name} is {kind} and has {', '.join(stray)}.",
            expected=f"definition and mass_changes for promotions; of sensitivities, {allowed}.",
            remedy=f"remove {stray[0]} from outcomes.{name} in params.yaml.",
        )


def _fitting(name: str, outcome: Outcome) -> tuple[str, ...]:
    """The sensitivities that an outcome of its kind can have."""
    if outcome.event == "promotion":
        return tuple(each for each in VARIANTS if each not in _OF_CHANGES)
    if outcome.kind == "event":
        return _OF_ANY_EVENT
    return _OF_CHANGES if outcome.kind == "scale" or name == "log_pay" else ()


def _check_difference(name: str, outcome: Outcome) -> None:
    repeated = sorted({s for s in outcome.sensitivities if outcome.sensitivities.count(s) > 1})
    if repeated:
        raise StudyError(
            f"outcomes.{name}.sensitivities names {', '.join(repeated)} more than once.",
            expected="each of them once.",
            remedy="remove what repeats from params.yaml.",
        )
    same = [s for s in outcome.sensitivities if _is_the_answer(s, outcome)]
    if same:
        raise StudyError(
            f"outcomes.{name} counts by {outcome.definition}, mass changes "
            f"{'counted' if outcome.mass_changes else 'left out'}, and has the sensitivity "
            f"{', '.join(same)}.",
            expected="sensitivities that differ from the outcome itself.",
            remedy=f"remove {same[0]} from outcomes.{name}.sensitivities in params.yaml.",
        )


def _is_the_answer(sensitivity: str, outcome: Outcome) -> bool:
    changes = _DEFINED_OTHERWISE.get(sensitivity)
    return changes is not None and replace(outcome, **changes) == outcome


def _check_codes(name: str, outcome: Outcome, sources: Mapping[str, Source]) -> None:
    """Where the study file says that the job history has no event codes, nothing asks for them."""
    asked = [s for s in outcome.sensitivities if s in ("by_code", "by_either")]
    asked += [f"definition {outcome.definition}"] * (outcome.definition != "grade")
    if asked and "jobs" in sources and sources["jobs"].columns.get("event_code") == "":
        raise StudyError(
            f"outcomes.{name} asks for {', '.join(asked)}, and sources.jobs has no event_code.",
            expected="promotions by grade only, where no code says which change is a promotion.",
            remedy=f"remove {asked[0]} from outcomes.{name}, or name the column of codes under "
            "sources.jobs.columns in params.yaml.",
        )
