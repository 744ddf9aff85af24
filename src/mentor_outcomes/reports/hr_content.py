"""What the HR report says: every sentence from a table of words, every number by its key."""

from collections.abc import Mapping, Sequence

from mentor_outcomes.reports import passages, wording
from mentor_outcomes.reports.by_kind import by_kind
from mentor_outcomes.reports.claims import CLAIMS
from mentor_outcomes.reports.coverage import covered, data_quality, likeness
from mentor_outcomes.reports.findings import (
    answer,
    doubts,
    follows,
    glossary,
    may_show_numbers,
    outcome_rows,
    range_in_words,
    risks_by_horizon,
    sentence,
    table_notes,
    time_in_words,
    verdict_words,
)
from mentor_outcomes.reports.method_words import method_words
from mentor_outcomes.reports.not_counted import not_simply_counted
from mentor_outcomes.reports.provenance import provenance_line
from mentor_outcomes.reports.results import Results
from mentor_outcomes.reports.role_words import in_role
from mentor_outcomes.reports.scale_shares import OF_HUNDRED_HEAD, of_hundred_by_scale
from mentor_outcomes.reports.technical_freeze import Entry, changed_late, recorded_late


def hr_content(
    results: Results,
    figures: Mapping[str, Mapping[str, str]],
    history: Sequence[Entry] = (),
) -> dict[str, object]:
    """All text of the HR report, ready for its template.

    figures   name -> title and description, of the figures there are
    history   the record of the design, oldest entry first
    """
    content = {
        **_about(results),
        **_answer(results, figures),
        **_all_outcomes(results, figures),
        **_way(results),
        "late": settled_late(history),
    }
    return in_role(content, results.role)


def _answer(results: Results, figures: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    """Page one: what the first outcome says, how sure it is, and what follows."""
    name, outcome = results.first_outcome()
    verdict = verdict_words(results, name)
    return {
        "answer": answer(results, name, outcome),
        "range": range_in_words(results, name, outcome),
        "claim": verdict.claim,
        "badge": {
            "word": verdict.badge,
            "level": verdict.level,
            "why": verdict.why,
            "doubts": [sentence(doubt) for doubt in doubts(results, name)],
        },
        "follows": follows(results, name),
        "change": verdict.change,
        "icons": picked([f"icons_{name}"], figures, results),
    }


def _all_outcomes(results: Results, figures: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    """Every outcome with its verdict, and the numbers and curves of those that may show any."""
    declared = results.study.outcomes
    outcomes, doubted = outcome_rows(results)
    findings = [key for key in declared if may_show_numbers(results, key)]
    return {
        "outcomes": outcomes,
        "doubts": doubted,
        "notes": table_notes(outcomes),
        "times": [
            said for key, each in declared.items() if (said := time_in_words(results, key, each))
        ],
        "raw": not_simply_counted(results),
        "shares": {"head": OF_HUNDRED_HEAD, "items": of_hundred_by_scale(results)},
        "kinds": by_kind(results),
        "not_measured": not_measured(results),
        "curves": picked([f"incidence_{key}" for key in findings], figures, results),
        "risks": [
            row for key, each in declared.items() for row in risks_by_horizon(results, key, each)
        ],
    }


def _way(results: Results) -> dict[str, object]:
    """Whom it is about, how it was done, and how far it can be trusted."""
    release = results.study.release
    return {
        "covered": covered(results),
        "months": f"{results.months:g}",
        "arms": list(results.arms.heads),
        "threats": threats(results),
        "likeness": likeness(results),
        "enrolment": enrolment(results),
        "how": how(results),
        "quality": data_quality(results),
        "privacy": passages.PRIVACY.format(
            minimum=release.minimum_people, rounding=release.round_counts_to
        ),
        "glossary": glossary(results),
    }


def settled_late(history: Sequence[Entry]) -> str:
    """One sentence where the comparison was settled or changed with outcomes in sight."""
    if changed_late(history):
        return passages.CHANGED_LATE
    return passages.RECORDED_LATE if recorded_late(history) else ""


def _about(results: Results) -> dict[str, object]:
    """Which study this is, and how its pages look."""
    section, figures = results.study.study, results.study.figures
    return {
        "title": wording.ROLES[results.role],
        "study": section.title,
        "period": f"{_day(section.observed_from)} to {_day(section.observed_to)}",
        "date": _date(section.observed_to),
        "language": "en",
        "notice": passages.NOTICES[section.data],
        "colours": {
            "mentored": figures.mentored_colour,
            "comparison": figures.comparison_colour,
        },
        "provenance": provenance_line(results.tables, section.seed),
    }


def _day(day) -> str:
    return f"{day.day} {day:%B %Y}"


def _date(day) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


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
        "survey": "survey" in study.sources
        and any(outcome.kind == "scale" for outcome in study.outcomes.values()),
    }
    chosen = [threat for threat in passages.THREATS if applies[threat.when]][:3]
    return [
        {"name": threat.name, "says": threat.says, "direction": threat.direction}
        for threat in chosen
    ]


def enrolment(results: Results) -> dict[str, str]:
    """The box on how people came to be mentored, and of whom the result speaks."""
    title, words = passages.ENROLMENT[results.study.study.enrolment]
    if results.study.exposure.measure == "current":
        words = passages.ENROLMENT_PANEL_ONLY
    elif results.is_nobody_matched:
        words = passages.ENROLMENT_NOBODY
    whom = passages.WHOM[method_words(results.study.groups).made]
    return {"title": title, "text": words.format(whom=whom)}


def how(results: Results) -> str:
    """How it was done, in 150 words."""
    if results.study.exposure.measure == "current":
        return passages.HOW_PANEL_ONLY
    if results.is_nobody_matched:
        return passages.HOW_NOBODY
    groups, analysis = results.study.groups, results.study.analysis
    exact = " and ".join(name.replace("_", " ") for name in groups.exact)
    if results.is_weighted:
        included = f", {exact} included" if exact else ""
        made = {"weights": passages.WEIGHTS[groups.method].format(exact=included)}
    else:
        made = {"exact": exact or "employer", "k": groups.comparators_per_mentee}
    words = passages.HOW_WEIGHTED if results.is_weighted else passages.HOW_MATCHED
    said = words.format(
        **made,
        later=passages.LATER[groups.comparators_mentored_later],
        months=f"{analysis.main_horizon_months:g}",
        confidence=f"{analysis.confidence:.0%}",
    )
    is_first = groups.prefer_waiting_list and not results.is_weighted
    more = [passages.ONLY_KIND[results.contrast], passages.WAITING_FIRST * is_first]
    return " ".join(part for part in (said, *more) if part)
