"""Whom the technical report is about: the design, the flow of people, balance and overlap."""

from collections.abc import Mapping

import pandas as pd

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.coverage import not_supplied
from mentor_outcomes.reports.numbers import people, plain
from mentor_outcomes.reports.results import Results
from mentor_outcomes.reports.trial import target_trial

DESIGNS = {"employed": "all who started", "below_top_grade": "below the top grade"}


def design_section(results: Results) -> dict[str, object]:
    """The target trial beside its emulation, or why there is none."""
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
            may_break=True,
        ),
    )


def people_section(results: Results) -> dict[str, object]:
    """Rows read from the sources, and people who fell out at each criterion."""
    counts = results.tables["ingest_counts"]
    flow = results.rows("flow")
    read = [
        (
            row.source,
            people(row.rows_read),
            people(row.rows_used),
            people(row.rows_set_aside),
            people(row.rows_quarantined),
            "" if pd.isna(row.reason) else row.reason,
        )
        for row in counts.itertuples()
    ]
    tables = [
        blocks.table(
            f"Flow of people, {DESIGNS[eligibility]}, {arm} arm",
            ("Criterion (kept)", "Removed", "Remaining"),
            [
                (_criterion(results, row.criterion), people(row.n_removed), people(row.n_remaining))
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
            ("Source", "Read", "Used", "Set aside", "Unusable", "Reason"),
            read,
            numeric=(1, 2, 3, 4),
            widths=(1.2, 1, 1, 1, 1, 3),
        ),
        blocks.text(
            "Rows set aside belong to another table or purpose. Rows that cannot be used are kept "
            "in quarantine, each with its file, line and reason, so that they can be mended."
        ),
        *_forms(counts),
        *_promotions(results),
        *([blocks.text(line)] if (line := not_supplied(results)) else []),
        *tables,
    )


def _forms(counts: pd.DataFrame) -> list[dict[str, object]]:
    """How the files were read, where a reader of the files needs to know."""
    known = counts.dropna(subset="form")
    if known.empty:
        return []
    return [
        blocks.table(
            "How the files were read",
            ("Sources", "Form"),
            [(", ".join(names), form) for form, names in known.groupby("form")["source"]],
            widths=(1, 1),
        )
    ]


_FOUND_BY = {
    "both": "by grade and by code",
    "grade_only": "by a higher grade only",
    "code_only": "by the provider's code only",
}


def _promotions(results: Results) -> list[dict[str, object]]:
    """The two ways of finding promotions, and how far they disagree."""
    counts = results.tables["promotion_counts"]
    if counts.empty:
        return []
    by_kind = counts.pivot(index="found_by", columns="is_mass_change", values="n_promotions")
    return [
        blocks.table(
            "Promotions in the job history, over all years, as two definitions find them",
            ("Found", "Of single people", "In mass changes"),
            [
                (words, people(by_kind.loc[found, False]), people(by_kind.loc[found, True]))
                for found, words in _FOUND_BY.items()
            ],
            numeric=(1, 2),
            widths=(3, 1, 1),
        ),
        blocks.text(
            "A promotion in this study is a higher grade in the same employment, later than the "
            "first day and not part of a mass change (a reorganisation)."
        ),
    ]


def _criterion(results: Results, criterion: str) -> str:
    """A criterion of the flow; leave is not checked where no leaves were supplied."""
    words = results.in_words(criterion)
    if "leaves" in results.study.sources:
        return words
    return words.replace("not on leave", "not on leave (leaves not supplied, not checked)")


def groups_section(results: Results, figures: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    """Overlap and balance of the groups compared."""
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
    pieces += [
        _balance_table(eligibility, rows)
        for eligibility, rows in balance.groupby("eligibility", sort=True)
    ]
    return blocks.section("Comparison groups", *pieces)


def _balance_table(eligibility: str, rows: pd.DataFrame) -> dict[str, object]:
    return blocks.table(
        f"Balance, {DESIGNS[eligibility]}: means, and differences over the SD of the mentored",
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
