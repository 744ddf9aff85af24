"""The other declared kinds of mentoring in the HR report: all their outcomes in one small table."""

from mentor_outcomes.reports.findings import outcome_row
from mentor_outcomes.reports.results import Results

NOTE = (
    "Each kind is compared with colleagues who had none. Whether one kind does more than another "
    "is not tested. Doubts and checks of each kind are in the technical report."
)


def by_kind(results: Results) -> dict[str, object]:
    """One row per outcome, one cell per further contrast; no rows where one is declared.

    A cell is the difference at the main horizon with its range, and what can be said of it.
    """
    others = [own for own in results.of_each_contrast() if not own.is_headline]
    if not others:
        return {"header": [], "rows": [], "note": ""}
    return {
        "header": ["Outcome", *(own.kind.capitalize() for own in others)],
        "rows": [
            {
                **{key: outcome_row(results, name)[key] for key in ("label", "unit")},
                "cells": [_cell(own, name) for own in others],
            }
            for name in results.study.outcomes
        ],
        "note": NOTE,
    }


def _cell(results: Results, name: str) -> dict[str, object]:
    row = outcome_row(results, name)
    return {key: row[key] for key in ("difference", "range", "verdict", "level")}
