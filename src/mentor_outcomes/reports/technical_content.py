"""What the technical report says, section by section."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mentor_outcomes.reports import blocks, wording
from mentor_outcomes.reports.claims import CLAIMS
from mentor_outcomes.reports.numbers import NOT_SHOWN, in_unit, interval, people, plain
from mentor_outcomes.reports.provenance import data_hash, provenance_line, software
from mentor_outcomes.reports.results import Results
from mentor_outcomes.reports.technical_results import result_sections
from mentor_outcomes.reports.trial import causal_question, target_trial

DESIGNS = {"employed": "all who started", "below_top_grade": "below the top grade"}

MATCHED_LIMITS = (
    "The effect is that on the mentored who found a comparator, over this period, in this "
    "organisation; not that on others.",
    "Errors take the estimated weights and matching as given.",
)
LIMITS = (
    "Unless enrolment was randomised, chance did not choose who was mentored. What no record holds "
    "(promise, ambition, a manager's eye) may drive both the start and the outcome.",
    "Informal mentoring rarely reaches records. Comparators with a mentor nobody wrote down make "
    "the difference look smaller.",
    "Not part of this version: group-time effects, bounds for leavers, and how strong hidden "
    "confounding would have to be to undo a finding.",
)


def technical_content(
    results: Results, figures: Mapping[str, Mapping[str, str]]
) -> dict[str, object]:
    """All text and tables of the technical report, ready for its template.

    figures   name -> title and description, of the figures there are
    """
    study = results.study
    section = study.study
    return {
        "title": "How the effects of mentoring were estimated",
        "study": section.title,
        "period": f"{section.observed_from} to {section.observed_to}",
        "date": {
            "year": section.observed_to.year,
            "month": section.observed_to.month,
            "day": section.observed_to.day,
        },
        "language": "en",
        "simulated": wording.SIMULATED if section.data == "simulated" else "",
        "question": causal_question(results),
        "sections": [
            _verdict_section(results),
            _design_section(results),
            _people_section(results),
            _groups_section(results, figures),
            *result_sections(results, figures),
            _checks_section(results),
            _claims_section(results),
            _limits_section(results),
            _again_section(results),
        ],
        "provenance": provenance_line(results.tables, section.seed),
    }


def _verdict_section(results: Results) -> dict[str, object]:
    verdicts = results.rows("verdicts")
    rows = [
        (
            results.label(row.outcome),
            row.verdict.replace("_", " "),
            row.because or "no check failed or is in doubt",
            plain(row.smallest_worthwhile, 2),
        )
        for row in verdicts.itertuples()
    ]
    return blocks.section(
        "What may be said",
        blocks.text(
            "A verdict follows by rule from the interval at the main horizon "
            f"({results.months:g} months), the smallest worthwhile effect and the checks. Where a "
            "check failed, the outcome is linked to mentoring at most."
        ),
        blocks.table(
            "Verdicts",
            ("Outcome", "Verdict", "Because", "Smallest worthwhile"),
            rows,
            numeric=(3,),
            widths=(1.3, 1.2, 3, 1),
        ),
    )


def _design_section(results: Results) -> dict[str, object]:
    if results.study.exposure.measure == "current":
        return blocks.section(
            "Design",
            blocks.text(
                "Exposure goes on and off, so no start can be emulated. Only models with person "
                "and period effects are fitted, on everybody, with errors clustered by person."
            ),
        )
    return blocks.section(
        "Target trial and emulation",
        blocks.table(
            "The trial one would have wished for, and what was done with the records",
            ("Component", "Target trial", "Emulation"),
            target_trial(results),
            widths=(1, 1.6, 3.6),
        ),
    )


def _people_section(results: Results) -> dict[str, object]:
    counts = results.tables["ingest_counts"]
    flow = results.rows("flow")
    read = [
        (
            row.source,
            people(row.rows_read),
            people(row.rows_used),
            people(row.rows_set_aside),
            "" if pd.isna(row.reason) else row.reason,
        )
        for row in counts.itertuples()
    ]
    tables = [
        blocks.table(
            f"Flow of people, {DESIGNS[eligibility]}, {arm} arm",
            ("Criterion", "Removed", "Remaining"),
            [
                (row.criterion, people(row.n_removed), people(row.n_remaining))
                for row in rows.sort_values("step").itertuples()
            ],
            numeric=(1, 2),
            widths=(4, 1, 1),
        )
        for (eligibility, arm), rows in flow.groupby(["eligibility", "arm"], sort=True)
    ]
    return blocks.section(
        "Records and people",
        blocks.text(
            "Counts are rounded to "
            f"{results.study.release.round_counts_to}; totals are sums of rounded parts. Fewer "
            f"than {results.study.release.minimum_people} people or rows are told together with "
            "a neighbouring line, or not shown."
        ),
        blocks.table(
            "Rows read from each source",
            ("Source", "Read", "Used", "Set aside", "Reason"),
            read,
            numeric=(1, 2, 3),
            widths=(1.2, 1, 1, 1, 3),
        ),
        *tables,
    )


def _groups_section(
    results: Results, figures: Mapping[str, Mapping[str, str]]
) -> dict[str, object]:
    overlap, balance = results.rows("overlap"), results.rows("balance")
    pieces = [
        blocks.table(
            "Overlap: people, and shares with a preference score between .3 and .7",
            ("Design", "Eligible", "Matched", "Unmatched", "Comparators", "Effective", "Equipoise"),
            [
                (
                    DESIGNS[row.eligibility],
                    people(row.n_mentored_eligible),
                    people(row.n_mentored_matched),
                    plain(row.share_unmatched, 2),
                    people(row.n_comparison),
                    people(row.effective_comparison),
                    plain(row.equipoise_share, 2),
                )
                for row in overlap.itertuples()
            ],
            numeric=range(1, 7),
            widths=(1.6, 1, 1, 1, 1.1, 1, 1),
        )
    ]
    if "balance" in figures:
        pieces.append(
            blocks.figure(
                "balance",
                figures["balance"]["description"],
                "Absolute standardised differences; dotted: 0.1. Source: HR records as of the "
                "day or month before the start.",
            )
        )
    for eligibility, rows in balance.groupby("eligibility", sort=True):
        pieces.append(
            blocks.table(
                f"Balance, {DESIGNS[eligibility]}: means, and differences over the SD of the "
                "mentored",
                ("Covariate", "Mentored", "Before", "After", "SMD before", "SMD after", "KS after"),
                [
                    (
                        row.covariate.replace("_", " "),
                        plain(row.mean_mentored, 2),
                        plain(row.mean_comparison_before, 2),
                        plain(row.mean_comparison_after, 2),
                        plain(row.smd_before, 2),
                        plain(row.smd_after, 2),
                        plain(row.ks_after, 2),
                    )
                    for row in rows.itertuples()
                ],
                numeric=range(1, 7),
                widths=(2.2, 1, 1, 1, 1, 1, 1),
            )
        )
    return blocks.section("Comparison groups", *pieces)


def _checks_section(results: Results) -> dict[str, object]:
    checks = results.rows("checks")
    rows = [
        (
            row.check.replace("_", " "),
            results.label(row.outcome),
            row.result.replace("_", " ") + (" (waived)" if row.is_waived else ""),
            plain(row.value, 2) if np.isfinite(row.value) else "",
            row.message + ("" if pd.isna(row.waiver) else f". Waived: {row.waiver}"),
        )
        for row in checks.itertuples()
        if row.result != "not_applicable"
    ]
    return blocks.section(
        "Checks",
        blocks.text(
            "Every check that applies to an outcome, failed and waived ones too. A check that "
            "was not evaluated counts as failed unless the study file waives it with a reason."
        ),
        blocks.table(
            "Checks",
            ("Check", "Outcome", "Result", "Value", "In words"),
            rows,
            numeric=(3,),
            widths=(1.5, 1.3, 1.2, 0.6, 3),
            size=7.5,
        ),
    )


def _claims_section(results: Results) -> dict[str, object]:
    declared = results.study.outcomes
    known = {name for claim in CLAIMS for name in claim.outcomes}
    rows = []
    for claim in CLAIMS:
        mine = [name for name in claim.outcomes if name in declared]
        is_measured = claim.role == results.role and bool(mine)
        said = (
            "; ".join(_finding(results, name) for name in mine)
            if is_measured
            else "not measured in this study"
        )
        rows.append((claim.who, claim.says, claim.source, said))
    rows += [
        (results.role, results.label(name), "declared by the study", _finding(results, name))
        for name in declared
        if name not in known
    ]
    return blocks.section(
        "Claims about mentoring, one by one",
        blocks.table(
            f"What is claimed, and what this study finds after {results.months:g} months",
            ("Who", "Claim", "Source", "Finding"),
            rows,
            widths=(1, 2, 1.1, 3.2),
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


def _limits_section(results: Results) -> dict[str, object]:
    is_matched = results.study.exposure.measure == "started"
    return blocks.section("Limits", blocks.bullets([*LIMITS, *(MATCHED_LIMITS * is_matched)]))


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
    )
