"""What the HR report says: every sentence from a table of words, every number by its key."""

from collections.abc import Mapping

import pandas as pd

from mentor_outcomes.reports import wording
from mentor_outcomes.reports.claims import CLAIMS
from mentor_outcomes.reports.numbers import for_readers, of_hundred, people, plain
from mentor_outcomes.reports.provenance import provenance_line
from mentor_outcomes.reports.results import Effect, Results
from mentor_outcomes.study import Outcome


def hr_content(results: Results, figures: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    """All text of the HR report, ready for its template.

    figures   name -> title and description, of the figures there are
    """
    study = results.study
    name, outcome = results.first_outcome()
    verdict = verdict_words(results, name)
    findings = [key for key in study.outcomes if may_show_numbers(results, key)]
    curves = [f"incidence_{key}" for key in findings]
    return {
        "title": wording.ROLES[results.role],
        "study": study.study.title,
        "period": f"{_day(study.study.observed_from)} to {_day(study.study.observed_to)}",
        "date": _date(study.study.observed_to),
        "language": "en",
        "simulated": wording.SIMULATED if study.study.data == "simulated" else "",
        "answer": answer(results, name, outcome),
        "range": range_in_words(results, name, outcome),
        "claim": verdict.claim,
        "times": [
            said
            for key, each in study.outcomes.items()
            if (said := time_in_words(results, key, each))
        ],
        "badge": {
            "word": verdict.badge,
            "level": verdict.level,
            "why": verdict.why,
            "doubts": [sentence(doubt) for doubt in doubts(results, name)],
        },
        "follows": verdict.follows,
        "change": verdict.change,
        "covered": covered(results),
        "months": f"{results.months:g}",
        "outcomes": [outcome_row(results, key) for key in study.outcomes],
        "not_measured": not_measured(results),
        "icons": picked([f"icons_{name}"], figures, results),
        "curves": picked(curves, figures, results),
        "risks": [
            row
            for key, each in study.outcomes.items()
            for row in risks_by_horizon(results, key, each)
        ],
        "threats": threats(results),
        "likeness": likeness(results),
        "enrolment": enrolment(results),
        "how": how(results),
        "quality": data_quality(results),
        "privacy": wording.PRIVACY.format(
            minimum=study.release.minimum_people, rounding=study.release.round_counts_to
        ),
        "glossary": [{"term": term, "means": means} for term, means in wording.GLOSSARY],
        "colours": {
            "mentored": study.figures.mentored_colour,
            "comparison": study.figures.comparison_colour,
        },
        "provenance": provenance_line(results.tables, study.study.seed),
    }


def _day(day) -> str:
    return f"{day.day} {day:%B %Y}"


def _date(day) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


def sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    text = text.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def may_show_numbers(results: Results, name: str) -> bool:
    """Whether an outcome's numbers may stand as a finding."""
    is_usable = results.verdict(name) not in ("not_reliable", "not_measured")
    return is_usable and results.headline(name).is_known


def is_hidden(results: Results, name: str) -> bool:
    """Whether the release has hidden what the verdict rests on."""
    said = (results.because(name), results.headline(name).reason)
    return any(text.startswith("hidden:") for text in said)


def verdict_words(results: Results, name: str) -> wording.Verdict:
    """The words for an outcome's verdict."""
    if is_hidden(results, name):
        return wording.HIDDEN_VERDICT
    return wording.VERDICTS[results.verdict(name)]


def answer(results: Results, name: str, outcome: Outcome) -> str:
    """The answer in one sentence: of 100 for events, the difference for the others."""
    label, months = results.label(name), f"{results.months:g}"
    if not may_show_numbers(results, name):
        why = " and ".join(doubts(results, name)[:1]) or wording.NO_ESTIMATE
        return f"The records cannot support an answer on {label}: {why}."
    if outcome.kind == "event":
        did = wording.EVENTS[outcome.event].did
        mentored, comparison = (
            of_hundred(results.risk(name, arm)) for arm in ("mentored", "comparison")
        )
        return (
            f"Of 100 similar employees about {mentored} {did} within {months} months with a "
            f"mentor, about {comparison} without."
        )
    effect = results.headline(name)
    size = for_readers(abs(effect.estimate), effect.unit, sign=False)
    points = "" if effect.unit == "log points" else " points"
    direction = "higher" if effect.estimate > 0 else "lower"
    return (
        f"After {months} months {label} was about {size}{points} {direction} with a mentor than "
        "among similar employees without."
    )


def range_in_words(results: Results, name: str, outcome: Outcome) -> str:
    """The difference with the range of values that fit the records."""
    if not may_show_numbers(results, name):
        return ""
    effect = results.headline(name)
    unit = " of 100" if outcome.kind == "event" else ""
    return (
        f"The difference is {for_readers(effect.estimate, effect.unit)}{unit}; values from "
        f"{_range(effect)} fit the records too."
    )


def _range(effect: Effect) -> str:
    low, high = (for_readers(end, effect.unit) for end in (effect.ci_low, effect.ci_high))
    return f"{low} to {high}"


def time_in_words(results: Results, name: str, outcome: Outcome) -> str:
    """An event as time: the difference in mean months after it, within the window."""
    effect = results.effect(name, "mean_time", "mean_time_difference")
    if outcome.kind != "event" or not effect.is_known or not may_show_numbers(results, name):
        return ""
    size = for_readers(abs(effect.estimate), "months", sign=False)
    more = "more" if effect.estimate > 0 else "fewer"
    return (
        f"Over {results.months:g} months, those with a mentor spent on average {size} {more} "
        f"months {wording.EVENTS[outcome.event].after} ({_range(effect)}), counting everyone."
    )


def doubts(results: Results, name: str) -> list[str]:
    """Why an outcome is blocked or in doubt, in a reader's words."""
    effect = results.headline(name)
    if is_hidden(results, name):
        return [wording.HIDDEN]
    if not effect.is_known:
        return [effect.reason or wording.NO_ESTIMATE]
    found = []
    checks = results.troubled_checks(name)
    if results.verdict(name) == "not_reliable":
        blocks = checks["result"].isin(["failed", "not_evaluated"]) & ~checks["is_waived"]
        checks = checks[blocks]
    for check, result in zip(checks["check"], checks["result"], strict=True):
        means, untested = wording.CHECKS[check]
        found.append(untested if result == "not_evaluated" else means)
    return found


def outcome_row(results: Results, name: str) -> dict[str, object]:
    """One outcome in the table of all: the same columns for good, bad and unreliable ones."""
    outcome = results.study.outcomes[name]
    verdict = verdict_words(results, name)
    shows = may_show_numbers(results, name)
    effect = results.headline(name)
    with_mentor = without = ""
    if shows and outcome.kind == "event":
        with_mentor, without = (
            plain(results.risk(name, arm), 1) for arm in ("mentored", "comparison")
        )
    return {
        "label": sentence(results.label(name)).rstrip("."),
        "unit": _unit_in_words(results, name),
        "better": outcome.better,
        "with": with_mentor,
        "without": without,
        "difference": for_readers(effect.estimate, effect.unit) if shows else "",
        "range": _range(effect) if shows else "",
        "verdict": verdict.short,
        "level": verdict.level,
        "doubts": [sentence(doubt) for doubt in doubts(results, name)],
    }


def _unit_in_words(results: Results, name: str) -> str:
    kind = results.study.outcomes[name].kind
    if kind == "event":
        return "of 100"
    if kind == "panel":
        return "per cent"
    scale = results.study.scales[name]
    return f"points, {scale.lowest} to {scale.highest}"


def covered(results: Results) -> list[str]:
    """Whom the answer is about, in sentences."""
    n_mentored, n_comparison = results.people_compared()
    if pd.isna(n_mentored) or pd.isna(n_comparison):
        return ["Fewer people were compared than may be told."]
    study = results.study
    last = max(study.analysis.horizons_months)
    said = [
        f"About {people(n_mentored)} employees with a mentor and {people(n_comparison)} "
        "similar colleagues without.",
        f"Records run from {_day(study.study.observed_from)} to {_day(study.study.observed_to)}; "
        f"people are followed for up to {last:g} months.",
    ]
    unmatched = results.rows("overlap")["share_unmatched"].max()
    if pd.notna(unmatched) and unmatched >= 0.005:
        said.append(
            f"About {100 * unmatched:.0f} of 100 with a mentor had no similar colleague and are "
            "not covered."
        )
    return said


def risks_by_horizon(results: Results, name: str, outcome: Outcome) -> list[dict[str, str]]:
    """The table beneath the pictures: of 100, with and without, at each horizon."""
    if outcome.kind != "event" or not may_show_numbers(results, name):
        return []
    rows = []
    for months in results.study.analysis.horizons_months:
        found = {
            quantity: results.effect(name, "cumulative_incidence", quantity, months)
            for quantity in ("risk_mentored", "risk_comparison", "risk_difference")
        }
        difference = found["risk_difference"]
        rows.append(
            {
                "label": results.label(name),
                "months": f"{months:g}",
                "with": plain(found["risk_mentored"].estimate, 1),
                "without": plain(found["risk_comparison"].estimate, 1),
                "difference": for_readers(difference.estimate, "per 100 people"),
                "range": _range(difference) if difference.is_known else "",
            }
        )
    return rows


def picked(
    names: list[str], figures: Mapping[str, Mapping[str, str]], results: Results
) -> list[dict[str, str]]:
    """Those of the named figures that exist, each once, with their captions."""
    return [
        {"name": name, **figures[name], "caption": caption(results, name)}
        for name in dict.fromkeys(names)
        if name in figures
    ]


def caption(results: Results, figure: str) -> str:
    """Measure, source and period of a figure."""
    study = results.study.study
    name = figure.split("_", 1)[1]
    return (
        f"{sentence(results.label(name))} Source: HR records, {study.observed_from.year} to "
        f"{study.observed_to.year}, after the start of a mentorship or of its comparison."
    )


def not_measured(results: Results) -> list[dict[str, object]]:
    """Claims about mentoring for which this study has no outcome, by whom they concern."""
    declared = set(results.study.outcomes)
    missing: dict[str, list[str]] = {}
    for claim in CLAIMS:
        if claim.role != results.role or not declared.intersection(claim.outcomes):
            missing.setdefault(claim.who, []).append(claim.says)
    return [{"who": sentence(who).rstrip("."), "says": says} for who, says in missing.items()]


def threats(results: Results) -> list[dict[str, str]]:
    """The three largest threats that apply, ranked."""
    study = results.study
    applies = {
        "always": True,
        "not_randomised": study.study.enrolment != "randomised",
        "survey": any(outcome.kind == "scale" for outcome in study.outcomes.values()),
    }
    chosen = [threat for threat in wording.THREATS if applies[threat.when]][:3]
    return [
        {"name": threat.name, "says": threat.says, "direction": threat.direction}
        for threat in chosen
    ]


def likeness(results: Results) -> str:
    """How alike the two groups were before the start."""
    known = results.rows("balance").dropna(subset=["smd_before", "smd_after"])
    if known.empty:
        return "How alike the groups were at the start could not be checked."
    worst = known.assign(before=known["smd_before"].abs(), after=known["smd_after"].abs())
    worst = worst.groupby("covariate")[["before", "after"]].max()
    n_before, n_after = (int((worst[when] <= 0.1).sum()) for when in ("before", "after"))
    return (
        f"Before matching, the groups were alike on {n_before} of {len(worst)} recorded "
        f"characteristics. After matching, they were alike on {n_after}."
    )


def enrolment(results: Results) -> dict[str, str]:
    """The box on how people came to be mentored, and of whom the result speaks."""
    title, words = wording.ENROLMENT[results.study.study.enrolment]
    if results.study.exposure.measure == "current":
        words = wording.ENROLMENT_PANEL_ONLY
    return {"title": title, "text": words}


def how(results: Results) -> str:
    """How it was done, in 150 words."""
    if results.study.exposure.measure == "current":
        return wording.HOW_PANEL_ONLY
    groups, analysis = results.study.groups, results.study.analysis
    exact = " and ".join(name.replace("_", " ") for name in groups.exact) or "employer"
    return wording.HOW.format(
        exact=exact,
        k=groups.comparators_per_mentee,
        later=wording.LATER[groups.comparators_mentored_later],
        months=f"{analysis.main_horizon_months:g}",
        confidence=f"{analysis.confidence:.0%}",
    )


def data_quality(results: Results) -> str:
    """How many rows of the sources were used."""
    counts = results.tables["ingest_counts"]
    told = counts.dropna(subset=["rows_read", "rows_set_aside"])
    read, aside = told["rows_read"].sum(), told["rows_set_aside"].sum()
    said = (
        f"Of about {people(read)} rows in {len(told)} sources, "
        + (f"about {people(aside)}" if aside else "none")
        + " were set aside. The technical report gives the reasons."
    )
    if len(told) < len(counts):
        said += " Where fewer than ten rows were set aside, the numbers are not told."
    return said
