"""How numbers are written where rounding or a short word would say the opposite."""

import pytest

from mentor_outcomes.reports import Results
from mentor_outcomes.reports.coverage import data_quality
from mentor_outcomes.reports.numbers import MINUS, for_readers, in_unit, interval, off_zero
from tests.invented_results import default_study, invented_results


@pytest.mark.parametrize(
    ("low", "high", "unit", "told"),
    [
        (0.003, 0.301, "points", "0.003 to 0.30"),
        (-0.407, -0.001, "points", f"{MINUS}0.41 to {MINUS}0.001"),
        (-0.2, 0.0, "SD", f"{MINUS}0.20 to 0.00"),
        (-0.0004, 0.012, "log points", f"{MINUS}0.0004 to 0.012"),
        (-3.5, 0.04, "per 100 people", f"{MINUS}3.5 to 0.04"),
        (-0.00004, 0.5, "points", "0.00 to 0.50"),
    ],
)
def test_an_end_that_is_not_zero_has_one_more_decimal_where_rounding_makes_it_zero(
    low, high, unit, told
):
    assert interval(low, high, unit) == told


def test_a_departure_that_rounds_to_zero_keeps_its_sign():
    assert off_zero(0.002, "points", sign=True) == "+0.002"
    assert off_zero(-0.306, "points", sign=True) == f"{MINUS}0.31"


def test_an_estimate_alone_is_rounded_as_ever():
    assert in_unit(0.003, "points") == "0.00"
    assert for_readers(0.04, "per 100 people") == "0.0"


def test_readers_see_on_which_side_of_zero_an_interval_ends():
    assert for_readers(-0.001, "points", is_end=True) == f"{MINUS}0.001"
    assert for_readers(0.0004, "log points", is_end=True) == "+0.04%"
    assert for_readers(1.26, "per 100 people", is_end=True) == "+1.3"


@pytest.mark.parametrize(
    ("unusable", "reason", "told"),
    [
        (0, "no change of pay: 20 rows", "every one could be read; about 20 repeat a pay already"),
        (0, "with an id that is nobody's: 20 rows", "every one could be read; about 20 belong to"),
        (5, "no change of pay: 15 rows; no day: 5 rows", "about 5 could not be used; about 20 bel"),
    ],
)
def test_rows_set_aside_are_told_by_why_they_add_nothing(unusable, reason, told):
    study = default_study()
    counts = invented_results(study)["ingest_counts"].head(1)
    counts = counts.assign(rows_set_aside=20, rows_quarantined=unusable, reason=reason)
    said = data_quality(Results({"ingest_counts": counts}, study))
    assert told in said and "not needed" not in said
