"""What rows do is told for one row as for many."""

import pytest

from mentor_outcomes.tables.received import agreeing, counted


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("have no grade", "has no grade"),
        ("are an exit with no hire before it", "is an exit with no hire before it"),
        ("do not say what the amount is paid for", "does not say what the amount is paid for"),
        ("overlap with another spell", "overlaps with another spell"),
    ],
)
def test_the_verb_agrees_with_the_number(many, one):
    assert agreeing(1, many) == one
    assert agreeing(2, many) == many
    assert (counted(1, "row"), counted(2, "row")) == ("1 row", "2 rows")
