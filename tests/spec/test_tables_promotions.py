"""Promotions as grades and as codes tell them, counted by hand; only their days count."""

import pandas as pd

from tests.spec.test_tables_job_history import HEADER, HIRED
from tests.tiny_tables import intake_of, tables


def counted(*rows: str) -> dict[str, int]:
    """How p04, hired in grade 1 on 1 January 2019, was promoted: those found at all."""
    text = HEADER + HIRED + "".join(f"p04,{row}\n" for row in rows)
    counts = intake_of({"jobs": text}).tables["promotion_counts"]
    assert not counts.loc[counts["is_mass_change"], "n_promotions"].any()
    found = counts.set_index("found_by")["n_promotions"]
    return {name: n for name, n in found.items() if n}


def test_the_tiny_study_has_one_promotion_that_both_ways_find():
    counts = tables()["promotion_counts"].set_index(["found_by", "is_mass_change"])["n_promotions"]
    assert counts["both", False] == 1
    assert counts.sum() == 1
    assert len(counts) == 6


def test_grade_and_code_agree_or_not():
    assert counted("2020-05-01,1,2,finance,U2,,,1,promotion") == {"both": 1}
    assert counted("2020-05-01,1,2,finance,U2,,,1,transfer") == {"grade_only": 1}
    assert counted("2020-05-01,1,1,finance,U2,,,1,promotion") == {"code_only": 1}
    assert counted("2020-05-01,1,2,finance,U2,,,1,") == {"grade_only": 1}


def test_several_rows_of_a_day_are_one_promotion():
    first = "2020-05-01,1,1,finance,U2,,,1,promotion"
    assert counted(first, "2020-05-01,2,2,finance,U2,,,1,pay_change") == {"both": 1}
    assert counted(first, "2020-05-02,1,2,finance,U2,,,1,transfer") == {
        "code_only": 1,
        "grade_only": 1,
    }


def test_a_lower_or_equal_grade_is_none():
    up = "2020-05-01,1,3,finance,U2,,,1,transfer"
    assert counted(up, "2020-06-01,1,2,finance,U2,,,1,demotion") == {"grade_only": 1}


def test_grades_are_compared_within_a_stay_and_not_on_its_first_day():
    # p02 left in grade 2 and came back in grade 4, which is no promotion; 5 on that day is none.
    text = (
        HEADER + "p02,2017-01-01,1,2,sales,U1,,,1,hire\n"
        "p02,2020-02-01,1,4,sales,U1,,,1,rehire\n"
        "p02,2020-02-01,2,5,sales,U1,,,1,transfer\n"
    )
    counts = intake_of({"jobs": text}).tables["promotion_counts"]
    assert counts["n_promotions"].sum() == 0
    later = text + "p02,2020-02-02,1,6,sales,U1,,,1,\n"
    counts = intake_of({"jobs": later}).tables["promotion_counts"]
    assert counts["n_promotions"].sum() == 1


def test_a_reorganisation_is_counted_apart():
    # Five of five move up together: a mass change.
    ids = [f"p0{number}" for number in range(3, 8)]
    hires = {"p03": "2016-05-01", "p04": "2019-01-01", "p07": "2010-01-01"}
    text = HEADER
    for person in ids:
        text += f"{person},{hires.get(person, '2019-04-01')},1,1,sales,U9,,,1,hire\n"
        text += f"{person},2020-05-01,1,2,sales,U9,,,1,reclassification\n"
    counts = intake_of({"jobs": text}).tables["promotion_counts"]
    expected = pd.DataFrame(
        {"found_by": ["grade_only"], "is_mass_change": [True], "n_promotions": [5]}
    )
    found = counts[counts["n_promotions"] > 0].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_without_a_job_history_there_is_nothing_to_count():
    assert tables(without=("jobs",))["promotion_counts"].empty
