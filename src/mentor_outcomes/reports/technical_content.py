"""What the technical report says, section by section."""

import re
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from mentor_outcomes.reports import blocks, passages
from mentor_outcomes.reports.claims import CLAIMS
from mentor_outcomes.reports.method_words import method_words
from mentor_outcomes.reports.numbers import NOT_SHOWN, in_unit, interval, plain
from mentor_outcomes.reports.protocol_plan import check_message, check_value
from mentor_outcomes.reports.provenance import data_hash, provenance_line, software
from mentor_outcomes.reports.results import Results, holm_family, outcomes_in_words
from mentor_outcomes.reports.role_words import in_role
from mentor_outcomes.reports.technical_annex import annex_sections
from mentor_outcomes.reports.technical_design import design_section, people_section
from mentor_outcomes.reports.technical_freeze import Entry, freeze_blocks
from mentor_outcomes.reports.technical_groups import groups_section
from mentor_outcomes.reports.technical_measures import survey_sections
from mentor_outcomes.reports.technical_results import result_sections
from mentor_outcomes.reports.trial import causal_question
from mentor_outcomes.schema import CHECK_NAMES

_WORTH_UNITS = {"event": "per 100 people", "panel": "log points", "scale": "SD"}
_BY_INTERVAL = {
    "cannot_tell": "the interval holds both signs",
    "too_small_to_matter": "the interval lies within the smallest worthwhile effect",
}
LIMITS = (
    "Unless enrolment was randomised, chance did not choose who was mentored. What no record holds "
    "(promise, ambition, a manager's eye) may drive both the start and the outcome.",
    "Informal mentoring rarely reaches records. Comparators with a mentor nobody wrote down make "
    "the difference look smaller.",
    "Not part of this version: how strong hidden confounding would have to be to undo a finding.",
)


def technical_content(
    results: Results, figures: Mapping[str, Mapping[str, str]], history: Sequence[Entry] = ()
) -> dict[str, object]:
    """All text and tables of the technical report, ready for its template.

    figures   name -> title and description, of the figures there are
    history   the record of the design, oldest entry first
    """
    study = results.study
    section = study.study
    content = {
        "title": "How the effects of mentoring were estimated",
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
        "sections": [
            _verdict_section(results),
            _with_record(design_section(results), results, history),
            *_people_and_groups(results, figures),
            *survey_sections(results),
            *_results_and_checks(results, figures),
            _claims_section(results),
            limits_section(results),
            _again_section(results),
            *annex_sections(),
        ],
        "provenance": provenance_line(results.tables, section.seed),
    }
    return in_role(content, results.role)


def _people_and_groups(
    results: Results, figures: Mapping[str, Mapping[str, str]]
) -> Iterator[dict[str, object]]:
    """Flow, overlap and balance of every declared contrast."""
    for own in results.of_each_contrast():
        yield people_section(own)
        yield groups_section(own, figures if own.is_headline else {})


def _results_and_checks(
    results: Results, figures: Mapping[str, Mapping[str, str]]
) -> Iterator[dict[str, object]]:
    """Estimates and checks of every declared contrast; figures are of the first."""
    for own in results.of_each_contrast():
        yield from result_sections(own, figures if own.is_headline else {})
        yield _checks_section(own)


def _with_record(
    section: dict[str, object], results: Results, history: Sequence[Entry]
) -> dict[str, object]:
    """The design's section, with whether the design changed after it was put on record."""
    return section | {"blocks": [*section["blocks"], *freeze_blocks(results, history)]}


def _verdict_table(results: Results) -> dict[str, object]:
    verdicts = results.rows("verdicts")
    rows = [
        (
            results.label(row.outcome),
            row.verdict.replace("_", " "),
            _because(results, row),
            _with_unit(row.smallest_worthwhile, results.study.outcomes[row.outcome].kind),
        )
        for row in verdicts.itertuples()
    ]
    return blocks.table(
        "Verdicts" + results.mark,
        ("Outcome", "Verdict", "Because", "Smallest worthwhile"),
        rows,
        widths=(1.3, 1.2, 3, 1.2),
    )


def _verdict_section(results: Results) -> dict[str, object]:
    """Verdicts of every declared contrast."""
    return blocks.section(
        "What may be said",
        blocks.text(
            "A verdict follows by rule from the interval at the main horizon "
            f"({results.months:g} months), the smallest worthwhile effect and the checks. Where a "
            "check failed or was not evaluated, the verdict is 'not reliable'; where it is in "
            "doubt or waived, 'may' at most. Verdicts use the intervals as they are, not p-values "
            f"after Holm's correction. {holm_family(results)}."
        ),
        *(_verdict_table(own) for own in results.of_each_contrast()),
    )


def _with_unit(smallest_worthwhile: float, kind: str) -> str:
    return f"{plain(smallest_worthwhile, 2)} {_WORTH_UNITS[kind]}"


def _because(results: Results, row) -> str:
    """What the interval shows where that decides, and the checks behind the verdict."""
    if row.because.startswith("hidden:"):
        return row.because
    said = [_BY_INTERVAL.get(row.verdict, ""), results.in_words(row.because)]
    return "; ".join(part for part in said if part) or "no check failed or is in doubt"


def _checks_section(results: Results) -> dict[str, object]:
    """Every check once; outcomes of which it found the same stand together."""
    checks = results.rows("checks")
    checks = checks[checks["result"] != "not_applicable"]
    together: dict[tuple[str, ...], list[str]] = {}
    for row in checks.itertuples():
        found = (
            results.check_name(row.check),
            row.result.replace("_", " ") + (" (waived)" if row.is_waived else ""),
            check_value(row.check, row.value),
            _message(results, row.check, row.message)
            + ("" if pd.isna(row.waiver) else f". Waived: {row.waiver}"),
        )
        together.setdefault(found, []).append(row.outcome)
    order = [results.check_name(check) for check in CHECK_NAMES]
    rows = sorted(
        (
            (check, outcomes_in_words(results, names), *rest)
            for (check, *rest), names in together.items()
        ),
        key=lambda row: order.index(row[0]),
    )
    return blocks.section(
        "Checks" + results.mark,
        blocks.text(
            "Every check that applies to an outcome, failed and waived ones too; outcomes of which "
            "it says the same are on one line. A check that was not evaluated counts as failed "
            "unless the study file waives it with a reason."
        ),
        blocks.table(
            "Checks",
            ("Check", "Outcome", "Result", "Value", "In words"),
            rows,
            numeric=(3,),
            widths=(1.4, 1.6, 1, 0.6, 3.2),
            size=7.5,
        ),
    )


def _message(results: Results, check: str, message: str) -> str:
    """A check's message; a p-value that rounds to 0 or 1 is told as a bound."""
    bounded = re.sub(r"\bp = 1\.00\b", "p > .99", message)
    return check_message(results, check, re.sub(r"\bp = 0\.00\b", "p < .01", bounded))


def _claims_section(results: Results) -> dict[str, object]:
    declared = results.study.outcomes
    known = {name for claim in CLAIMS for name in claim.outcomes}
    answered = set(results.tables["scale_quality"]["scale"])
    rows = []
    for claim in CLAIMS:
        mine = [name for name in claim.outcomes if name in declared]
        if claim.role == results.role and mine:
            said = "; ".join(_finding(results, name) for name in mine)
        elif answered.intersection(claim.outcomes):
            said = "answers were scored, but it is not declared as an outcome of this study"
        else:
            said = "not measured in this study"
        by = ", ".join(map(results.label, mine)) if claim.role == results.role else ""
        rows.append((claim.who, claim.says, by or "\u2013", claim.source, said))
    rows += [
        (results.role, "declared by the study", results.label(name), "", _finding(results, name))
        for name in declared
        if name not in known
    ]
    return blocks.section(
        "Claims about mentoring, one by one",
        blocks.table(
            f"What is claimed, and what this study finds after {results.months:g} months"
            + results.mark,
            ("Who", "Claim", "Outcome", "Source", "Finding"),
            rows,
            widths=(1, 1.8, 1.1, 0.8, 3),
        ),
    )


def _finding(results: Results, name: str) -> str:
    verdict = results.verdict(name).replace("_", " ")
    effect = results.headline(name)
    if not effect.is_known:
        return f"{verdict}: {effect.reason or NOT_SHOWN}"
    size = (
        f"{in_unit(effect.estimate, effect.unit, sign=True)} "
        f"({interval(effect.ci_low, effect.ci_high, effect.unit)}) {effect.unit}"
    )
    return f"{verdict}: linked to {size}" if verdict == "not reliable" else f"{verdict}: {size}"


def limits_section(results: Results) -> dict[str, object]:
    """What no analysis of these records can rule out."""
    has_design = results.study.exposure.measure == "started"
    of_method = method_words(results.study.groups).limits if has_design else ()
    bases = [
        f"Special category of personal data used: {category.replace('_', ' ')}. Legal basis as the "
        f"study names it: {basis}."
        for category, basis in results.study.ingest.legal_basis.items()
    ]
    limits = [*LIMITS, *of_method, *bases]
    return blocks.section("Limits", blocks.bullets(limits))


def _again_section(results: Results) -> dict[str, object]:
    return blocks.section(
        "How to run it again",
        blocks.text(
            "The study file, the code and the lock file of all packages are in the repository; "
            "the records are not. With the same records the same bytes result."
        ),
        blocks.code(["make setup", "make repro"]),
        blocks.table(
            "What this report was made from",
            ("Item", "Value"),
            [
                ("SHA-256 of the released tables", data_hash(results.tables)),
                ("Seed", str(results.study.study.seed)),
                ("Software", ", ".join(f"{name} {release}" for name, release in software())),
            ],
            widths=(1, 3),
        ),
        may_break=False,
    )
