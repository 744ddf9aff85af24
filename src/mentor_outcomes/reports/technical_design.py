"""Whom the technical report is about: the design, the records, the flow of people."""

import pandas as pd

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.coverage import not_supplied
from mentor_outcomes.reports.estimate_words import capitalised
from mentor_outcomes.reports.numbers import people
from mentor_outcomes.reports.results import Results
from mentor_outcomes.reports.technical_flow import flow_blocks
from mentor_outcomes.reports.trial import target_trial


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
    """Rows read from the sources, and people who fell out at each criterion.

    The rows read are the same for every contrast: only the first tells them.
    """
    if not results.is_headline:
        return blocks.section("People" + results.mark, *flow_blocks(results))
    counts = results.tables["ingest_counts"]
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
    return blocks.section(
        "Records and people" + results.mark,
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
        *flow_blocks(results),
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


_COUNTS = {
    "grade": "a higher grade",
    "code": "a change that the provider codes as a promotion",
    "either": "a higher grade, or a change that the provider codes as a promotion,",
}


def what_counts(results: Results) -> list[str]:
    """Of each outcome that is a promotion, what it counts as one."""
    return [
        f"{capitalised(results.label(name))} in this study is {_COUNTS[outcome.definition]} in the "
        "same employment, later than the first day; changes that are part of a mass change (a "
        f"reorganisation) {'count too' if outcome.mass_changes else 'do not count'}."
        for name, outcome in results.study.outcomes.items()
        if outcome.event == "promotion"
    ]


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
        *[blocks.text(said) for said in what_counts(results)],
    ]
