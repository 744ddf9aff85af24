"""The year before the start in the technical report: where mentoring cannot have worked yet."""

from collections.abc import Mapping

import pandas as pd

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.estimate_words import capitalised, with_figure, with_interval
from mentor_outcomes.reports.not_counted import COMPARED, MADE_BEFORE, PLACEBO
from mentor_outcomes.reports.numbers import people
from mentor_outcomes.reports.panel_cells import Told, marked_table, told
from mentor_outcomes.reports.results import Results

WHY_PLACEBO = (
    "Over the 12 months before the start mentoring cannot have worked: all were employed, and none "
    "had started. Groups made a year before, by what was known then, show how the mentored were "
    "moving. Where starting follows from what is recorded in that year, such as a rating, they "
    "differ even if nothing is hidden, and often do in clean invented organisations. The groups "
    "compared are alike on record up to the start: what they still differ by over that year is "
    "what the record leaves. Only this can fail the check. The other puts it in doubt, since "
    "whatever moved the mentored may go on unseen. An interval around 0 excludes only "
    "differences outside it."
)
ALIKE_IN = {
    "event": ("past_promotions", "promotions so far"),
    "panel": ("log_pay_12_months_before", "pay a year earlier"),
}
"""By kind of outcome: the covariate that holds the year before, in part, and its words."""
_HARDLY_HIDDEN = (
    "The groups compared are made alike in {names}. For {outcomes} their row therefore shows what "
    "imbalance was left, and hardly any hidden cause."
)
_CAPTION_PLACEBO = (
    "Over the 12 months before the start. Square: groups made a year before. Circle: groups "
    "compared. {level} intervals; study records, {since} to {until}."
)


def placebo_sections(
    results: Results, figures: Mapping[str, Mapping[str, str]]
) -> list[dict[str, object]]:
    """The year before the start, both rows of each outcome; none where there are no rows."""
    rows = results.estimates_of_all_variants()
    rows = rows[(rows["method"] == PLACEBO) & rows["variant"].isin([MADE_BEFORE, COMPARED])]
    if rows.empty:
        return []
    return [
        blocks.section(
            "A year before they had a mentor" + results.mark,
            blocks.text(f"{WHY_PLACEBO} {hardly_hidden(results)}".strip()),
            *with_figure(results, figures, "placebo", _CAPTION_PLACEBO),
            *_placebo_table(results, rows),
            may_break=False,
        )
    ]


def hardly_hidden(results: Results) -> str:
    """For which outcomes the groups are made alike in the very year that is looked at."""
    known = set(results.study.groups.covariates)
    kinds = dict.fromkeys(
        outcome.kind
        for outcome in results.study.outcomes.values()
        if outcome.kind != "event" or outcome.event == "promotion"
    )
    found = [kind for kind in kinds if kind in ALIKE_IN and ALIKE_IN[kind][0] in known]
    if not found:
        return ""
    return _HARDLY_HIDDEN.format(
        names=" and ".join(ALIKE_IN[kind][1] for kind in found),
        outcomes=" and ".join({"event": "promotion", "panel": "pay"}[kind] for kind in found),
    )


def _placebo_table(results: Results, rows: pd.DataFrame) -> list[dict[str, object]]:
    checks = results.rows("checks")
    judged = checks[checks["check"] == PLACEBO].set_index("outcome")["result"]
    cells = []
    for name, own in rows.groupby("outcome", sort=False):
        by_variant = {row.variant: row for row in own.itertuples()}
        cells.append(
            (
                capitalised(results.label(name)),
                [
                    Told(own["unit"].iloc[0]),
                    *(
                        told(results, by_variant.get(each), _year_before)
                        for each in (MADE_BEFORE, COMPARED)
                    ),
                    Told(str(judged.get(name, "not_evaluated")).replace("_", " ")),
                ],
            )
        )
    return marked_table(
        "Differences between the arms over the 12 months before the start (people: those who "
        "started later / comparison)",
        ("Outcome", "Unit", "Groups made a year before", "Groups compared", "Check"),
        cells,
        widths=(1.3, 1.2, 2.6, 2.6, 0.8),
    )


def _year_before(row) -> str:
    """Difference, interval and people."""
    return f"{with_interval(row)}; {people(row.n_mentored)} / {people(row.n_comparison)}"
