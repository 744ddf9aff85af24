"""Whom and what a report rests on: people covered and left out, sources, likeness of the groups."""

import pandas as pd

from mentor_outcomes.reports.method_words import method_words
from mentor_outcomes.reports.numbers import people
from mentor_outcomes.reports.results import Results
from mentor_outcomes.study import SOURCES

ALIKE = 0.1
"""Absolute standardised difference up to which two groups count as alike."""

TOO_EARLY = "began before {start}"
NOT_COMPARABLE = "had no similar colleague"
NO_WEIGHTS = "could not be compared"
OTHER = "fell out for several reasons"
JOINED = "; "
"""Between criteria that the release tells together, since each alone took out too few."""

_WITHOUT_WEIGHTS = " (none: "
"""In the criterion of a design whose weights have no answer; the reason follows."""

_LEFT_OUT = {
    "not yet mentored when recording began": TOO_EARLY,
    "began after the first observed day": TOO_EARLY,
    "began by the last observed day": "began after the records end",
    "first mentorship is of this kind": "had another kind first",
    "employed on the day and the next": "were not employed that day",
    "not on leave": "were on leave",
    "employed for": "were hired too recently",
    "in the panel": "had gaps in their records",
    "recorded:": "had gaps in their records",
    "a grade recorded": "had gaps in their records",
    "somebody like them": NOT_COMPARABLE,
    "a model of who starts": NOT_COMPARABLE,
    "a comparator within": NOT_COMPARABLE,
    "somebody else in the trial": NOT_COMPARABLE,
    "a propensity of": "were almost sure to get a mentor, or not to",
    "overlap weights": NOT_COMPARABLE,
    "entropy balancing": NOT_COMPARABLE,
    "inverse probability weights": NOT_COMPARABLE,
}
"""How the flow's criterion begins, and what is said of those who did not meet it."""

_SOURCES = {
    "jobs": "job history",
    "offers": "programme offers",
    "requests": "requests for a mentor",
    "unit_output": "output of units",
}


def covered(results: Results) -> list[str]:
    """Whom the answer is about and who is left out, in sentences."""
    n_mentored, n_comparison = results.people_compared()
    section = results.study.study
    records = f"Records run from {_day(section.observed_from)} to {_day(section.observed_to)}"
    if results.is_nobody_matched:
        return ["Nobody could be compared.", *left_out(results), f"{records}."]
    if pd.isna(n_mentored) or pd.isna(n_comparison):
        return ["Fewer people were compared than may be told."]
    if results.study.exposure.measure == "current":
        return [
            f"About {people(n_mentored)} employees who had a mentor at some time, and "
            f"{people(n_comparison)} who never had.",
            f"{records}.",
        ]
    last = max(results.study.analysis.horizons_months)
    return [
        f"About {people(n_mentored)} employees with a mentor and {people(n_comparison)} "
        "similar colleagues without.",
        *(left_out(results) or _share_unmatched(results)),
        f"{records}; people are followed for at most {last:g} months.",
    ]


def left_out(results: Results) -> list[str]:
    """Of those with a first mentorship, how many are covered and why others are not.

    Nothing where the released flow hides a step: what is missing cannot be told.
    """
    flow = results.rows("flow")
    flow = flow[(flow["arm"] == "mentored") & (flow["eligibility"] == "employed")]
    flow = flow[flow["unit"] == "people"].sort_values("step")
    if flow.empty or flow[["n_removed", "n_remaining"]].isna().any(axis=None):
        return []
    n_covered = flow["n_remaining"].iloc[-1]
    n_recorded = flow["n_remaining"].iloc[0]
    flow = flow.iloc[1:]
    told = (
        f"Of {people(n_recorded)} people with a first mentorship on record, "
        f"{people(n_covered) if n_covered else 'none'} are covered"
    )
    start = _year_or_day(results.study.study.observed_from)
    flow = flow[flow["n_removed"] > 0]
    said = flow["criterion"].map(lambda criterion: _why_left_out(criterion).format(start=start))
    removed = flow["n_removed"].groupby(said, sort=False).sum()
    reasons = [f"{people(count)} {why}" for why, count in removed.items()]
    if not reasons:
        return [f"{told}."]
    further = [reasons[place : place + 3] for place in range(2, len(reasons), 3)]
    return [
        f"{told}: {', '.join(reasons[:2])}.",
        *(f"Another {', '.join(some)}." for some in further),
    ]


def _why_left_out(criterion: str) -> str:
    """The reason of a released step, which may be several criteria told together."""
    if _WITHOUT_WEIGHTS in criterion:
        return NO_WEIGHTS
    found = {
        next((why for start, why in _LEFT_OUT.items() if part.startswith(start)), OTHER)
        for part in criterion.split(JOINED)
    }
    return found.pop() if len(found) == 1 else OTHER


def _share_unmatched(results: Results) -> list[str]:
    unmatched = results.rows("overlap")["share_unmatched"].max()
    if pd.isna(unmatched) or unmatched < 0.005:
        return []
    return [
        f"About {100 * unmatched:.0f} of 100 with a mentor had no similar colleague and are "
        "not covered."
    ]


def not_supplied(results: Results) -> str:
    """The sources that the study file does not name, in one line; empty where all are there.

    A crosswalk is no source of facts: nobody misses one whose ids are one already.
    """
    named = {*results.study.sources, "crosswalk"}
    missing = [name for name in SOURCES if name not in named]
    names = ", ".join(_SOURCES.get(name, name) for name in missing)
    return f"Not supplied: {names}." if names else ""


def data_quality(results: Results) -> str:
    """How many rows of the sources were used, and which sources there are not."""
    counts = results.tables["ingest_counts"]
    told = counts.dropna(subset=["rows_read", "rows_set_aside", "rows_quarantined"])
    read, aside = told["rows_read"].sum(), told["rows_set_aside"].sum()
    unusable = told["rows_quarantined"].sum()
    said = f"Of about {people(read)} rows in {len(told)} sources, "
    said += f"about {people(unusable)} could not be used" if unusable else "every one could be read"
    said += f"; {_set_aside(told, aside)}." if aside else "."
    if unusable or aside:
        said += " The technical report gives the reasons."
    if len(told) < len(counts):
        fewest = results.study.release.minimum_people
        said += f" Where this is about fewer than {fewest} rows, the numbers are not told."
    return " ".join(part for part in (said, not_supplied(results)) if part)


_REPEATS = "no change of pay"
"""Why a row of pay is set aside that repeats the pay before it (see tables.pay)."""


def _set_aside(told: pd.DataFrame, aside: float) -> str:
    """How many rows were set aside; if all repeat a pay on record, that they do."""
    reasons = told.loc[told["rows_set_aside"] > 0, "reason"].fillna("")
    if reasons.str.fullmatch(rf"{_REPEATS}: [\d,]+ rows").all():
        return f"about {people(aside)} repeat a pay already on record and add nothing"
    return f"about {people(aside)} belong to another table or purpose and were set aside"


def characteristic(covariate: str) -> str:
    """The characteristic that a row of `balance` belongs to: levels and missing marks are its own.

    `gender=f` is of gender, `last_rating_missing` of last_rating.
    """
    return covariate.split("=", 1)[0].removesuffix("_missing")


def likeness(results: Results) -> str:
    """On how many characteristics the groups were alike: on all rows of each, in all designs."""
    known = results.rows("balance").dropna(subset=["smd_before", "smd_after"])
    if known.empty:
        return _likeness_by_its_check(results)
    made = method_words(results.study.groups).made
    worst = known[["smd_before", "smd_after"]].abs()
    worst = worst.groupby(known["covariate"].map(characteristic)).max()
    n_before, n_after = (int((worst[when] <= ALIKE).sum()) for when in ("smd_before", "smd_after"))
    return (
        f"Before {made}, the groups were alike on {n_before} of {len(worst)} recorded "
        f"characteristics. After {made}, they were alike on {n_after}."
    )


def _likeness_by_its_check(results: Results) -> str:
    """What the check says where no number of single characteristics may be told."""
    checks = results.rows("checks")
    found = set(checks.loc[checks["check"] == "balance", "result"])
    said = {"passed": "passed", "in_doubt": "is in doubt", "failed": "failed"}
    worst = next((words for name, words in reversed(said.items()) if name in found), None)
    if worst is None:
        return "How alike the groups were at the start could not be checked."
    return (
        f"The check whether the groups were alike at the start {worst}. "
        "Its numbers rest on too few people to be shown."
    )


def _day(day) -> str:
    return f"{day.day} {day:%B %Y}"


def _year_or_day(day) -> str:
    return str(day.year) if (day.month, day.day) == (1, 1) else _day(day)
