"""What a protocol fixes of the analyses: headlines, what stands beside them, settings."""

from calendar import month_name
from collections.abc import Mapping

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.method_words import MethodWords, method_words
from mentor_outcomes.reports.results import Results, holm_family
from mentor_outcomes.study.sensitivities import MATCHED_ON_LAST_VALUE

BESIDE_BOTH = (
    "Beside pay and scales too: means over windows; without weights; bounds for always-stayers "
    "(Lee); tipping points for those not seen; who is seen, by arm; intervals if the arms drift "
    "apart (relative magnitudes 0.5, 1 and 2) and the multiple that undoes the finding; group-time "
    "effects; two-way fixed effects on everybody (ever and current exposure, leads and lags); "
    "within and between people with Hausman\u2019s test; ever against never mentored, without a "
    "design."
)
ANALYSES: Mapping[str, tuple[str, str]] = {
    "event": (
        "Difference in cumulative incidence (weighted Aalen-Johansen, leaving competes); "
        "difference in mean time with the event within the window",
        "Cause-specific Cox models on the {sets} and, time-varying, on everybody; proportional "
        "hazards checked; ever against never mentored, without a design",
    ),
    "panel": (
        "Difference in differences of the {sets} by months since the start, weighted for leavers",
        "Growth in the year up to a horizon; through and within the grade; two-way fixed effects "
        "and what else is named below",
    ),
    "scale": (
        "The same between the last survey before the start and those after, weighted for response",
        "In SDs of comparators before; the share at or above the threshold; proportional odds; "
        "two-way fixed effects and what else is named below",
    ),
}
"""Of each kind of outcome: the headline, and what is told beside it; {sets}: as the design has."""

NO_HEADLINE = "None: exposure goes on and off, so no start can be emulated"


def analyses_section(results: Results) -> dict[str, object]:
    """What will be computed, fixed before any outcome is read."""
    study = results.study
    horizons = ", ".join(f"{months:g}" for months in study.analysis.horizons_months)
    has_design = study.exposure.measure == "started"
    words = method_words(study.groups)
    kinds = dict.fromkeys(outcome.kind for outcome in study.outcomes.values())
    rows = [
        (
            ", ".join(results.label(name) for name in results.named(kind)),
            ANALYSES[kind][0].format(sets=words.sets) if has_design else NO_HEADLINE,
            ANALYSES[kind][1].format(sets=words.sets),
        )
        for kind in kinds
    ]
    later = {
        "censor": "Comparators who are mentored later count until that day; those who remain are "
        "weighted for them, from earlier records only.",
        "as_assigned": "Comparators who are mentored later stay in the comparison.",
    }[study.groups.comparators_mentored_later]
    adjusted = ", ".join(name.replace("_", " ") for name in study.analysis.adjust_for) or "none"
    return blocks.section(
        "Planned analyses",
        blocks.table(
            f"Estimated at {horizons} months; the verdict is on {results.months:g}",
            ("Outcomes", "Headline", "Beside it, for researchers"),
            rows,
            widths=(1.1, 2.2, 2.2),
        ),
        blocks.bullets(
            [
                *([later] if has_design else []),
                *_of_pay_and_scales(results, words),
                "Errors of events are clustered by person, since a person may serve in several "
                f"sets; those of pay and scales {words.errors}. Intervals are of "
                f"{study.analysis.confidence:.0%}.",
                f"{holm_family(results)}; it stands beside the intervals.",
                f"A horizon is told where at least {study.analysis.minimum_at_risk} people of each "
                "group are still followed.",
                f"Time-updated covariates of the models on everybody: {adjusted}.",
                "A characteristic that is missing becomes a category of its own; nobody is dropped "
                "for it.",
                "What cannot be estimated keeps its row, with the reason.",
            ]
        ),
    )


def _of_pay_and_scales(results: Results, words: MethodWords) -> list[str]:
    """Settings of the analyses of pay and scales; none where neither is an outcome."""
    names = results.named("panel", "scale")
    if not names:
        return []
    analysis, outcomes = results.study.analysis, results.study.outcomes
    windows = ", ".join(f"{first:g} to {last:g}" for first, last in analysis.windows)
    said = [
        BESIDE_BOTH,
        f"Windows of pay and scales, in months after the start: {windows or 'none'}.",
    ]
    thresholds = [
        f"{results.label(name)} {outcomes[name].threshold:g}"
        for name in names
        if outcomes[name].threshold is not None
    ]
    if thresholds:
        said.append(f"Thresholds of shares, in points, at or above: {', '.join(thresholds)}.")
    if results.named("panel"):
        said.append(
            f"Group-time effects of pay: starts by {analysis.group_starts_by}, the first beginning "
            f"in {month_name[analysis.group_starts_from_month]}; of scales from survey to survey. "
            "Compared are all who are not mentored yet; they stand for those alike mentored since."
        )
    asked = [n for n in names if MATCHED_ON_LAST_VALUE in outcomes[n].sensitivities]
    if asked:
        said.append(f"Sensitivity, {words.on_last_value}: {', '.join(map(results.label, asked))}.")
    if results.named("scale"):
        said.append(
            "Means of a scale are compared only if its items measure the same in both arms and all "
            "waves."
        )
    return said
