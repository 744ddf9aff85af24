"""The trial one would have wished for, beside what was done with the records instead."""

from collections.abc import Sequence

from mentor_outcomes.reports.method_words import MATCHING, method_words
from mentor_outcomes.reports.results import Results, holm_family
from mentor_outcomes.study import Groups

_WHO = {"protege": "being mentored", "mentor": "mentoring somebody", "organisation": "mentoring"}


def causal_question(results: Results) -> str:
    """The question of the study in one sentence."""
    study = results.study
    outcomes = ", ".join(results.label(name) for name in study.outcomes)
    horizons = ", ".join(f"{months:g}" for months in study.analysis.horizons_months)
    if study.exposure.measure == "current":
        return (
            f"What is the difference in {outcomes} between a person's periods with and without "
            f"{_WHO[results.role]}, what is constant in a person or common to a period held fixed?"
        )
    return (
        f"Among those who began {_WHO[results.role]}, what was the effect of beginning then, "
        f"against not beginning, after {horizons} months, on {outcomes}?"
    )


def target_trial(results: Results) -> list[tuple[str, str, str]]:
    """Rows of component, target trial and emulation."""
    return [*_who_and_when(results), *_what_and_how(results)]


def _who_and_when(results: Results) -> list[tuple[str, str, str]]:
    study = results.study
    groups, section = study.groups, study.study
    later = {
        "censor": "Comparators leave the comparison on the day they begin themselves; those who "
        "remain are weighted for them.",
        "as_assigned": "Comparators stay in the comparison when they begin themselves.",
    }[groups.comparators_mentored_later]
    return [
        (
            "Eligibility",
            "Employees past their first months who have never been mentored.",
            f"On the day: employed, {_leave(results)}at least {groups.min_tenure_months:g} months "
            "since the hire, no mentorship so far; already mentored when recording began "
            f"({section.mentoring_recorded_from}): out.{_top_grade(results)}",
        ),
        (
            "Strategies",
            "Begin a mentorship now; or do not begin one.",
            "First recorded mentorship begins on the day; or none has begun by then. " + later,
        ),
        (
            "Assignment",
            "By lot on the day.",
            f"Enrolment was {section.enrolment}. {_how_compared(groups)} "
            f"{_model_of_starts(groups)}",
        ),
        (
            "Time zero and follow-up",
            "From the day of the lot to the horizon, for everybody.",
            f"From the day after the start, {method_words(groups).day}, to the event, "
            f"a competing event, the first exit or {section.observed_to}.",
        ),
    ]


_WEIGHTED = {
    "overlap_weights": "weighted by the chance of being in the other arm (overlap weights)",
    "entropy_balancing": "weighted such that the means of the covariates are those of the starters "
    "(entropy balancing)",
    "inverse_probability": "weighted by the odds of starting (inverse probability)",
}


def _how_compared(groups: Groups) -> str:
    """How the groups are made, by the method of the study."""
    exact = _listed(groups.exact) or "nothing"
    if groups.method != MATCHING:
        trimmed = ""
        if groups.method == "inverse_probability":
            low, high = groups.trim_propensity
            trimmed = (
                f" Weights over the mean of their trial are cut at their quantile "
                f"{groups.trim_weights_at:g}, propensities kept "
                f"from {low:g} to {high:g}."
            )
        return (
            "All who start in one month, and all others eligible on the last day of a start in "
            "it, make a trial, "
            f"{_WEIGHTED[groups.method]}, levels of {exact} included.{trimmed}"
        )
    first = ", those who had asked for a mentor first" if groups.prefer_waiting_list else ""
    return (
        f"Each start is matched with up to {groups.comparators_per_mentee} people at risk of "
        f"starting that day{first}, equal in {exact}, nearest in the logit of the hazard of "
        f"starting within {groups.caliper_sd:g} SD."
    )


def _model_of_starts(groups: Groups) -> str:
    """The covariates of the model of starts, which of them bend, and which are multiplied."""
    pairs = ", ".join(" x ".join(name.replace("_", " ") for name in p) for p in groups.interactions)
    bent = f"; splines: {_listed(groups.splines)}" if groups.splines else ""
    products = f"; interactions: {pairs}" if pairs else ""
    return f"Model: {_listed(groups.covariates) or 'none'}{bent}{products}."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)


def _leave(results: Results) -> str:
    """The criterion of leave, only if there are leaves to check it by."""
    is_known = "leaves" in results.study.sources
    return "not on leave, " if is_known else "(on leave or not: not checked, no leaves supplied) "


def _top_grade(results: Results) -> str:
    is_asked = any(outcome.event == "promotion" for outcome in results.study.outcomes.values())
    return " Promotion: below the top grade." if is_asked else ""


def _what_and_how(results: Results) -> list[tuple[str, str, str]]:
    study, words = results.study, method_words(results.study.groups)
    return [
        (
            "Outcomes",
            "Seen for everybody.",
            "; ".join(_outcome_in_words(results, name) for name in study.outcomes) + ".",
        ),
        (
            "Contrast",
            "Effect of beginning, in all who were assigned.",
            f"{words.effect_on}. Differences in risk, in mean time, and in means.",
        ),
        (
            "Assumptions",
            "The lot was kept.",
            "No cause of both the start and the outcome beyond these covariates; comparators "
            "exist for those compared; one person's mentorship leaves others untouched; "
            "leaving and answering depend on recorded history only.",
        ),
        (
            "Analysis",
            "Compare the arms.",
            f"Weighted Aalen-Johansen for events, {words.adjective} difference in differences for "
            f"pay and scales; errors of events clustered by person, of pay and scales "
            f"{words.errors}; {study.analysis.confidence:.0%} intervals; {holm_family(results)}.",
        ),
    ]


def _outcome_in_words(results: Results, name: str) -> str:
    outcome = results.study.outcomes[name]
    where = {"event": "dated event", "panel": "pay records", "scale": "survey scale"}[outcome.kind]
    competing = (
        f", competing: {results.in_words(', '.join(outcome.competing))}"
        if outcome.competing
        else ""
    )
    rank = "primary" if outcome.primary else "secondary"
    return f"{results.label(name)} ({where}{competing}; {rank})"
