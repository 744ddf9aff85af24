"""Rows that cannot be used, counted by arm: a loss of one arm may pass for an effect."""

import pandas as pd
import pytest

from tests.tiny_study import FILES
from tests.tiny_tables import intake_of

N_MENTORED, N_OTHERS = 200, 800


def organisation(n_lost_mentored: int, n_lost_others: int) -> dict[str, str]:
    """Files of a thousand people, 200 of them mentored; so many of each have pay of 0."""
    mentored = [f"m{number:03d}" for number in range(N_MENTORED)]
    others = [f"o{number:03d}" for number in range(N_OTHERS)]
    lost = {*mentored[:n_lost_mentored], *others[:n_lost_others]}
    everybody = [*mentored, *others]
    lines = {
        "people": ["person_id,birth_year,gender,education", *(f"{p},1990,," for p in everybody)],
        "employment": [
            "person_id,hired_on,left_on,exit_kind",
            *(f"{p},2015-01-01,," for p in everybody),
        ],
        "pay": [
            "person_id,effective_on,annual_pay",
            *(f"{p},2019-01-01,{0 if p in lost else 40000}" for p in everybody),
        ],
        "mentoring": [
            FILES["mentoring.csv"].splitlines()[0],
            *(f"x{p},o799,{p},2020-05-01,,formal,,,," for p in mentored),
        ],
    }
    return {name: "\n".join(rows) + "\n" for name, rows in lines.items()}


def notes(n_lost_mentored: int, n_lost_others: int) -> list[str]:
    needless = ("jobs", "leaves", "ratings", "requests", "survey", "offers", "unit_output")
    found = intake_of(organisation(n_lost_mentored, n_lost_others), without=needless)
    assert found.counts.set_index("source").loc["pay", "rows_quarantined"] == (
        n_lost_mentored + n_lost_others
    )
    return [note for note in found.notes if "not lost alike" in note]


@pytest.mark.parametrize(
    ("n_lost_mentored", "n_lost_others", "is_told"),
    [
        (14, 16, False),  # 7% against 2%: 10 people of 200 beyond a share alike, not more
        (15, 16, True),  # 7.5% against 2%: 11 people beyond
        (0, 16, True),  # 2% of the others against none: 16 people beyond
        (0, 8, False),  # 1% against none: no more than a point
        (20, 80, False),  # 10% of both
    ],
)
def test_a_loss_that_differs_by_a_point_and_ten_people_is_told(
    n_lost_mentored, n_lost_others, is_told
):
    assert bool(notes(n_lost_mentored, n_lost_others)) == is_told


def test_the_note_tells_counts_and_shares_of_both_arms_and_nobody():
    (note,) = notes(15, 16)
    assert note.startswith("pay: rows that cannot be used are not lost alike: 15 of 200 (7.5%)")
    assert "16 of 800 (2.0%) of the others" in note
    assert not pd.Series([note]).str.contains(r"\b[mo][0-9]{3}\b").any()
