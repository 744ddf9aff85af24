"""What is found for one outcome, in a reader's sentences and table cells."""

from mentor_outcomes.reports import passages, wording
from mentor_outcomes.reports.method_words import method_words
from mentor_outcomes.reports.numbers import for_readers, of_hundred, people, plain
from mentor_outcomes.reports.results import Effect, Results
from mentor_outcomes.study import Outcome


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
        return f"The records cannot support an answer on {label}. {sentence(why)}"
    if outcome.kind == "event":
        did = wording.EVENTS[outcome.event].did
        mentored, comparison = (
            of_hundred(results.risk(name, arm)) for arm in ("mentored", "comparison")
        )
        return results.arms.answer.format(
            mentored=mentored, did=did, months=months, comparison=comparison
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
    ends = (effect.ci_low, effect.ci_high)
    low, high = (for_readers(end, effect.unit, is_end=True) for end in ends)
    return f"{low} to {high}"


def time_in_words(results: Results, name: str, outcome: Outcome) -> str:
    """An event as time: the difference in mean months since it, within the window.

    Positive: more months with a mentor. Of promotion these are gained, of leaving they are lost.
    """
    effect = results.effect(name, "mean_time", "mean_time_difference")
    if outcome.kind != "event" or not effect.is_known or not may_show_numbers(results, name):
        return ""
    said = wording.EVENTS[outcome.event]
    is_unclear = effect.ci_low <= 0 <= effect.ci_high
    ends = sorted((effect.ci_low, effect.ci_high), key=abs)
    size, *sizes = (
        for_readers(abs(months), "months", sign=False) for months in (effect.estimate, *ends)
    )
    return (said.unclear if is_unclear else said.clear).format(
        months=f"{results.months:g}",
        size=wording.TINY if float(size) == 0 else size,
        more=wording.MORE if effect.estimate > 0 else wording.FEWER,
        range=_range(effect) if is_unclear else " to ".join(sizes),
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
        means, asks = wording.CHECKS[check]
        is_missing = result == "not_evaluated"
        found.append(wording.UNCHECKED.format(asks=asks) if is_missing else means)
    return found


def follows(results: Results, name: str) -> str:
    """What follows for the programme, from which outcome, and which check to ask for."""
    verdict = verdict_words(results, name)
    rests = wording.RESTS_ON.format(label=results.label(name), months=f"{results.months:g}")
    return " ".join([rests, verdict.follows, *_to_ask(results, name, verdict)])


def _to_ask(results: Results, name: str, verdict: wording.Verdict) -> list[str]:
    """In a case of `may`: the first check that is missing, else the first that is in doubt."""
    if not verdict.short.startswith("May"):
        return []
    checks = results.troubled_checks(name)
    missing = checks.loc[checks["result"] == "not_evaluated", "check"]
    if len(missing):
        return [wording.ASK_FOR.format(asks=wording.CHECKS[missing.iloc[0]][1])]
    return [wording.CLEAR_FIRST.format(doubt=doubt) for doubt in doubts(results, name)[:1]]


def glossary(results: Results) -> list[dict[str, str]]:
    """The words that occur in this report, each with what it means."""
    names = list(results.study.outcomes)
    hidden = [name for name in names if is_hidden(results, name)]
    verdicts = {results.verdict(name) for name in names if name not in hidden}
    shown = {results.study.outcomes[name].kind for name in names if may_show_numbers(results, name)}
    made = method_words(results.study.groups).made
    entries = [
        *(() if results.is_nobody_matched else passages.GLOSSARY_COMPARED[made]),
        *(passages.GLOSSARY_EVENTS if "event" in shown else ()),
        *(passages.GLOSSARY_NUMBERS if shown else ()),
        *passages.GLOSSARY_ALWAYS,
        *(means for verdict, means in wording.MEANINGS.items() if verdict in verdicts),
        *([wording.HIDDEN_MEANING] if hidden else []),
    ]
    return [{"term": term, "means": means} for term, means in entries]


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
        "is_brief": is_brief(results, name),
        "unit": _unit_in_words(results, name),
        "better": outcome.better,
        "people": (f"{people(effect.n_mentored)} / {people(effect.n_comparison)}" if shows else ""),
        "with": with_mentor,
        "without": without,
        "difference": for_readers(effect.estimate, effect.unit) if shows else "",
        "range": _range(effect) if shows else "",
        "verdict": verdict.short,
        "level": verdict.level,
        "doubts": [sentence(doubt) for doubt in doubts(results, name)],
    }


def is_brief(results: Results, name: str) -> bool:
    """Whether an outcome has a line of its own only: a further scale beside primary outcomes."""
    outcomes = results.study.outcomes
    has_primary = any(outcome.primary for outcome in outcomes.values())
    return has_primary and outcomes[name].kind == "scale" and not outcomes[name].primary


def outcome_rows(results: Results) -> tuple[list[dict[str, object]], list[dict[str, str]]]:
    """All declared outcomes, and what is in doubt about them: each doubt told once, by its mark."""
    rows = [outcome_row(results, name) for name in results.study.outcomes]
    told = list(dict.fromkeys(doubt for row in rows for doubt in row["doubts"]))
    marks = {doubt: chr(ord("a") + place) for place, doubt in enumerate(told)}
    marked = [
        row | {"marks": ", ".join(sorted(marks[doubt] for doubt in row["doubts"]))} for row in rows
    ]
    return marked, [{"mark": marks[doubt], "says": doubt} for doubt in told]


def table_notes(rows: list[dict[str, object]]) -> str:
    """How to read the table of outcomes: its dashes, its people, its differences."""
    shown = [row for row in rows if row["difference"]]
    if not shown:
        return ""
    said = ["Differences are taken before rounding.", "People: with and without a mentor."]
    if any(not row["with"] for row in shown):
        said = ["\u2013: changes are compared, not levels.", *said]
    return " ".join(said)


def _unit_in_words(results: Results, name: str) -> str:
    kind = results.study.outcomes[name].kind
    if kind == "event":
        return "of 100"
    if kind == "panel":
        return "per cent"
    scale = results.study.scales[name]
    return f"points, {scale.lowest} to {scale.highest}"


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
