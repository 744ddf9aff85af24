"""An event log, amounts of pay, typed codes and addresses give the tables of the plain files."""

import pandas as pd
import pytest

from tests import tiny_exports
from tests.tiny_tables import counts_of, intake_of, tables

EXPORTED = intake_of(tiny_exports.TEXTS, layouts=tiny_exports.LAYOUTS)


@pytest.mark.parametrize(
    "name",
    [
        *("people", "employment_spells", "job_history", "pay_history", "leaves", "ratings"),
        *("mentorships", "survey_answers", "survey_linkage", "promotion_counts", "quarantine"),
    ],
)
def test_the_same_eight_people_are_the_same_in_another_dress(name):
    pd.testing.assert_frame_equal(EXPORTED.tables[name], tables()[name])


def test_each_source_takes_its_own_rows_from_the_one_log():
    assert not EXPORTED.refusals
    # 8 hires, a rehire and 2 exits; all but the exits and 3 rows of leaves; 2 leaves, a return.
    assert counts_of(EXPORTED, "employment") == (16, 11, 5, 0)
    assert counts_of(EXPORTED, "jobs") == (16, 11, 5, 0)
    assert counts_of(EXPORTED, "leaves") == (16, 3, 13, 0)
    assert counts_of(EXPORTED, "crosswalk") == (6, 6, 0, 0)
