"""What a published sentence may tell, by hand."""

import pandas as pd
import pytest

from mentor_outcomes.release.texts import publishable_text


def published(sentence: str) -> str:
    return publishable_text(pd.Series([sentence]), minimum=10, to=5).iloc[0]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("137 of 545 people were mentored", "135 of 545 people were mentored"),
        (
            "4 of the mentored and 1,203 comparators have a value; 10 of each are needed",
            "fewer than 10 of the mentored and 1,205 comparators have a value; "
            "10 of each are needed",
        ),
        (
            "0 people ever and 7 never mentored have a value",
            "0 people ever and some never mentored have a value",
        ),
        ("3 never mentored", "some never mentored"),
    ],
)
def test_counts_of_people_are_rounded_or_said_to_be_small(sentence, told):
    assert published(sentence) == told


@pytest.mark.parametrize("counts", ["543 of 545", "4 of 545", "3 of 7"])
def test_a_count_and_its_total_are_both_left_out_where_few_are_counted_or_few_are_not(counts):
    assert published(f"{counts} people were mentored") == "some people were mentored"


@pytest.mark.parametrize(
    "sentence",
    [
        "joint test of earlier periods: p = 0.12, not .05 or 1e-05",
        "still employed after 24 months: 97% of the mentored, 94% of the comparators",
        "the largest standardised difference is 0.05; 3 of 22 are over 0.1; 1 of 7 are over 2.0 or "
        "under 0.5 in variance ratio",
        "fewer than 10 people of the mentored arm are still followed at 12 months",
        "the records end on 2024-12-31, 12 periods later",
        "the spells have no column log_pay_12_months_before to adjust for",
    ],
)
def test_times_shares_decimals_dates_names_and_large_bounds_stay(sentence):
    assert published(sentence) == sentence


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("7 exits were voluntary", "some exits were voluntary"),
        ("among them were 3.", "among them were some."),
        ("1,203 answers, 4 of 1,203 late", "some answers, some late"),
        ("fewer than 3 people", "fewer than fewer than 10 people"),
    ],
)
def test_a_number_of_unknown_things_is_masked(sentence, told):
    assert published(sentence) == told


@pytest.mark.parametrize("level", ["Tuvalu", "Korea, Republic of", "a; b) c", "1"])
def test_a_level_is_never_named(level):
    told = published(f"no answer (the coefficient of nationality={level} runs away)")
    assert told == "no answer (the coefficient of nationality)"


def test_a_missing_sentence_stays_missing():
    assert publishable_text(pd.Series([None], dtype="str"), minimum=10, to=5).isna().all()
