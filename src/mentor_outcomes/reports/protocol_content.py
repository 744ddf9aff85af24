"""What the protocol says: the design and the plan, before any outcome is read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.reports import blocks, passages
from mentor_outcomes.reports.numbers import NOT_SHOWN, people
from mentor_outcomes.reports.protocol_analyses import analyses_section
from mentor_outcomes.reports.protocol_plan import (
    check_message,
    check_value,
    could_be_seen,
    detectable_section,
    rules_section,
)
from mentor_outcomes.reports.protocol_record import record_section
from mentor_outcomes.reports.protocol_trial import has_design, trial_section
from mentor_outcomes.reports.provenance import provenance_line
from mentor_outcomes.reports.results import Results, outcomes_in_words
from mentor_outcomes.reports.role_words import in_role
from mentor_outcomes.reports.technical_content import limits_section
from mentor_outcomes.reports.technical_design import people_section
from mentor_outcomes.reports.technical_freeze import SHORT, Entry, entry_in_words
from mentor_outcomes.reports.technical_groups import groups_section
from mentor_outcomes.reports.trial import causal_question

PROMISE = (
    "This protocol was made from records before each start. It names who is compared, what will be "
    "estimated, which effects could be seen, and what would make a result unreliable. No outcome "
    "after a start was read for it."
)


def protocol_content(
    results: Results, figures: Mapping[str, Mapping[str, str]], history: Sequence[Entry]
) -> dict[str, object]:
    """All text and tables of the protocol, ready for its template.

    results   holds the tables `schema.DESIGN_RELEASED` and no others
    figures   name -> title and description, of the figures there are
    history   the record of the design; its last entry is of this one
    """
    section = results.study.study
    content = {
        "title": "How the effects of mentoring will be estimated",
        "study": section.title,
        "period": f"{section.observed_from} to {section.observed_to}",
        "date": {
            "year": section.observed_to.year,
            "month": section.observed_to.month,
            "day": section.observed_to.day,
        },
        "language": "en",
        "notice": passages.NOTICES[section.data],
        "question": causal_question(results),
        "status": _status(results, history),
        "promise": PROMISE,
        "sections": [
            trial_section(results),
            *_of_each_contrast(results, figures),
            analyses_section(results),
            rules_section(results),
            _protection_section(results),
            limits_section(results),
            record_section(results, history),
        ],
        "provenance": f"Design {history[-1]['hash'][:SHORT]} · "
        + provenance_line(results.tables, section.seed),
    }
    return in_role(content, results.role)


def _of_each_contrast(
    results: Results, figures: Mapping[str, Mapping[str, str]]
) -> Iterator[dict[str, object]]:
    """Who is compared and what could be seen, for every contrast; figures are of the report's."""
    for own in results.of_each_contrast():
        drawn = figures if own.is_headline else {}
        yield _people(own)
        if has_design(own):
            yield groups_section(own, drawn)
        for section in (_checks_section(own), detectable_section(own)):
            yield section | {"title": section["title"] + own.mark}


def _status(results: Results, history: Sequence[Entry]) -> list[dict[str, str]]:
    """Three facts for the top of page one, the numbers of every declared contrast."""
    last = history[-1]
    n_mentored, beside = _people_compared(results)
    value, unknown = _could_be_seen(results)
    others = [own for own in results.of_each_contrast() if not own.is_headline]
    return [
        {
            "title": "Design on record",
            "value": last["hash"][:SHORT],
            "says": f"Entry {len(history)}, made {entry_in_words(last)}.",
        },
        {
            "title": "Mentored people compared" + results.mark,
            "value": n_mentored,
            "says": " ".join([beside, *_in_short(others, _people_compared)]),
        },
        {
            "title": "Worthwhile effects that could be seen" + results.mark,
            "value": value,
            "says": " ".join(
                [
                    f"declared outcomes, with 80% power.{unknown}",
                    *_in_short(others, _could_be_seen),
                ]
            ),
        },
    ]


def _in_short(others: Sequence[Results], told: Callable[[Results], tuple[str, str]]) -> list[str]:
    """The number of each further contrast, in one sentence; none where there is no other."""
    said = [f"{own.kind} {told(own)[0]}" for own in others]
    return [f"Others: {', '.join(said)}."] if said else []


def _could_be_seen(results: Results) -> tuple[str, str]:
    """So many of so many, and of how many nothing is known."""
    seen, known, asked = could_be_seen(results)
    return f"{seen} of {asked}", (
        "" if known == asked else f" For {asked - known} nothing is known."
    )


def _people_compared(results: Results) -> tuple[str, str]:
    """Number of the largest design that may be told, and what is said beside it."""
    if not has_design(results):
        return "nobody", "Exposure goes on and off: no start can be emulated."
    overlap = results.rows("overlap")
    if overlap["n_mentored_matched"].eq(0).all():
        return "nobody", "No colleague was comparable."
    told = overlap.dropna(subset=["n_mentored_matched", "n_comparison"])
    if told.empty:
        return NOT_SHOWN, "Too few to be told."
    row = told.sort_values(["n_mentored_matched", "n_comparison"]).iloc[-1]
    beside = f"with {people(row['n_comparison'])} colleagues without a mentor."
    return people(row["n_mentored_matched"]), beside


def _people(results: Results) -> dict[str, object]:
    """Flow from the extract on; promotions are an outcome, and none is counted here."""
    none = schema.released(schema.PROMOTION_COUNTS).empty()
    return people_section(replace(results, tables={**results.tables, "promotion_counts": none}))


def _checks_section(results: Results) -> dict[str, object]:
    """The design's own checks; outcomes with the same judgement stand in one row."""
    checks = results.rows("design_checks")
    checks = checks[checks["result"] != "not_applicable"]
    same = ["check", "result", "value", "message", "is_waived", "waiver"]
    rows = [
        (
            results.check_name(check),
            _outcomes(results, list(group["outcome"]), check),
            result.replace("_", " ") + (" (waived)" if is_waived else ""),
            check_value(check, value),
            check_message(results, check, message)
            + ("" if pd.isna(waiver) else f". Waived: {waiver}"),
        )
        for (check, result, value, message, is_waived, waiver), group in checks.groupby(
            same, sort=False, dropna=False
        )
    ]
    order = [results.check_name(check) for check in schema.CHECK_NAMES]
    return blocks.section(
        "Checks of the design, before outcomes",
        blocks.text(
            "These checks need no outcome. They are made again, by the same rules and on the same "
            "groups, when outcomes are estimated; one that fails here makes the outcome not "
            "reliable there. What they mean and where doubt begins is told below."
        ),
        blocks.table(
            "Checks",
            ("Check", "Outcomes", "Result", "Value", "In words"),
            sorted(rows, key=lambda row: order.index(row[0])),
            numeric=(3,),
            widths=(1.2, 1.9, 0.8, 0.6, 2.6),
        ),
    )


def _outcomes(results: Results, names: list[str], check: str) -> str:
    asked = [
        name
        for name, outcome in results.study.outcomes.items()
        if check != "events_expected" or outcome.kind == "event"
    ]
    if len(names) == len(asked) > 1:
        return "all events" if check == "events_expected" else "all"
    return outcomes_in_words(results, names)


def _protection_section(results: Results) -> dict[str, object]:
    """What is read of whom, and what keeps it from being told."""
    study = results.study
    release = study.release
    read = ", ".join(name.replace("_", " ") for name in study.sources)
    used = dict.fromkeys([*study.groups.exact, *study.groups.covariates])
    special = [
        f"{category.replace('_', ' ')}: {basis}"
        for category, basis in study.ingest.legal_basis.items()
    ]
    return blocks.section(
        "Data protection",
        blocks.bullets(
            [
                f"Sources read: {read}.",
                "Characteristics that decide who is compared with whom: "
                f"{', '.join(name.replace('_', ' ') for name in used) or 'none'}.",
                "Special categories of personal data: "
                + (f"{'; '.join(special)}." if special else "none."),
                "Names, addresses and staff numbers are dropped or replaced by keyed pseudonyms "
                "when files are taken in; the key lies outside the study.",
                f"Behind every published figure stand at least {release.minimum_people} people; "
                f"counts are rounded to {release.round_counts_to}. This protocol and later reports "
                "are held to the same rules, taken together.",
                "No person, pair, mentor or manager is ranked or shown.",
            ]
        ),
    )
