"""The trial one would have wished for, beside what was done with the records instead."""

from mentor_outcomes.reports.results import Results

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
        f"against not beginning, on {outcomes} up to {horizons} months later?"
    )


def target_trial(results: Results) -> list[tuple[str, str, str]]:
    """Rows of component, target trial and emulation."""
    return [*_who_and_when(results), *_what_and_how(results)]


def _who_and_when(results: Results) -> list[tuple[str, str, str]]:
    study = results.study
    groups, section = study.groups, study.study
    exact = ", ".join(name.replace("_", " ") for name in groups.exact) or "nothing"
    covariates = ", ".join(name.replace("_", " ") for name in groups.covariates) or "none"
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
            f"Enrolment was {section.enrolment}. Each start is matched with up to "
            f"{groups.comparators_per_mentee} people at risk of starting that day, equal in "
            f"{exact}, nearest in the logit of the hazard of starting within "
            f"{groups.caliper_sd:g} SD. Model: {covariates}.",
        ),
        (
            "Time zero and follow-up",
            "From the day of the lot to the horizon, for everybody.",
            "From the day after the start, the same day for all of a matched set, to the event, "
            f"a competing event, the first exit or {section.observed_to}.",
        ),
    ]


def _leave(results: Results) -> str:
    """The criterion of leave, only if there are leaves to check it by."""
    is_known = "leaves" in results.study.sources
    return "not on leave, " if is_known else "(on leave or not: not checked, no leaves supplied) "


def _top_grade(results: Results) -> str:
    is_asked = any(outcome.event == "promotion" for outcome in results.study.outcomes.values())
    return " Promotion: below the top grade." if is_asked else ""


def _what_and_how(results: Results) -> list[tuple[str, str, str]]:
    study = results.study
    return [
        (
            "Outcomes",
            "Seen for everybody.",
            "; ".join(_outcome_in_words(results, name) for name in study.outcomes) + ".",
        ),
        (
            "Contrast",
            "Effect of beginning, in all who were assigned.",
            "Effect on the mentored who could be compared (ATT of the matched): differences in "
            "risk, in mean time, and in means.",
        ),
        (
            "Assumptions",
            "The lot was kept.",
            "No cause of both the start and the outcome beyond what was matched on; comparators "
            "exist for those compared; one person's mentorship leaves others untouched; "
            "leaving and answering depend on recorded history only.",
        ),
        (
            "Analysis",
            "Compare the arms.",
            "Weighted Aalen-Johansen for events, matched difference in differences for pay and "
            f"scales; errors clustered by person; {study.analysis.confidence:.0%} intervals; "
            "Holm's correction over the primary rows.",
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
