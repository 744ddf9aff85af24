"""How numbers are written where rounding would say the opposite of the verdict."""

import pytest

from mentor_outcomes.reports.numbers import MINUS, for_readers, in_unit, interval, off_zero


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
