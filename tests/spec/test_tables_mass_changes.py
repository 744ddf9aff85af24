"""Which changes of a job are reorganisations: the same one, on one day, for many of a unit."""

import pandas as pd

from tests.tiny_tables import pseudonym_of, tables

FIRST, DAY = "2018-01-01", "2020-03-01"


def history(
    n_people: int,
    n_changed: int,
    *,
    change: str = "U9,2",
    other_change: str | None = None,
    gone: int = 0,
    newest: str = FIRST,
    day_of=lambda person: DAY,
) -> pd.Series:
    """is_mass_change by person and day: `n_people` of unit U1 in grade 2, some of whom change.

    `change` is the new unit and grade, `other_change` that of every second person who changes;
    the last `gone` people left before the day; the last person was hired on the day `newest`.
    """
    ids = [f"x{number:03d}" for number in range(n_people)]
    hired = dict.fromkeys(ids, FIRST) | {ids[-1]: newest}
    jobs = [
        "person_id,effective_on,sequence,grade,job_family,unit_id,site,manager_id,fte,event_code"
    ]
    for number, person in enumerate(ids):
        jobs.append(f"{person},{hired[person]},1,2,sales,U1,,,1,")
        if number < n_changed:
            unit, grade = ((other_change or change) if number % 2 else change).split(",")
            jobs.append(f"{person},{day_of(number)},1,{grade},sales,{unit},,,1,")
    ends = ["2020-02-28,voluntary" if n >= n_people - gone else "," for n in range(n_people)]
    made = tables(
        {
            "people": "person_id,birth_year,gender,education\n"
            + "\n".join(f"{person},,," for person in ids),
            "employment": "person_id,hired_on,left_on,exit_kind\n"
            + "\n".join(
                f"{person},{hired[person]},{end}" for person, end in zip(ids, ends, strict=True)
            ),
            "jobs": "\n".join(jobs),
            "mentoring": "mentorship_id,mentor_id,protege_id,started_on,ended_on,kind,"
            "cultivation_on,separation_on,redefinition_on,end_reason\n"
            "m1,,x000,2020-01-01,,,,,,",
        },
        without=("pay", "leaves", "ratings", "requests", "survey", "offers", "unit_output"),
    )["job_history"]
    return made.set_index(["person_id", "effective_on"])["is_mass_change"]


def n_mass(*arguments, **settings) -> int:
    return int(history(*arguments, **settings).sum())


def test_twenty_of_a_large_unit_are_a_reorganisation_and_nineteen_are_not():
    assert n_mass(100, 20) == 20
    assert n_mass(100, 19) == 0


def test_thirty_per_cent_of_a_small_unit_are_a_reorganisation():
    assert n_mass(20, 6) == 6  # 6 of 20
    assert n_mass(21, 6) == 0  # 6 of 21 are 28.6 %


def test_fewer_than_five_never_are():
    assert n_mass(4, 4) == 0
    assert n_mass(5, 5) == 5


def test_the_share_is_of_those_still_in_the_unit_the_day_before():
    # 21 people, of whom one left on 28 February 2020: 6 of the 20 still there on the 29th.
    assert n_mass(21, 6, gone=1) == 6


def test_who_came_the_day_before_counts_and_who_comes_that_day_does_not():
    assert n_mass(21, 6, newest="2020-02-29") == 0
    assert n_mass(21, 6, newest=DAY) == 6


def test_a_common_grade_change_within_a_unit_counts_too():
    assert n_mass(20, 6, change="U1,3") == 6


def test_a_unit_that_moves_as_a_whole_counts_whatever_the_new_grades():
    # Six move to U9: three keep grade 2, three get 3. Within a unit these would be two changes.
    assert n_mass(20, 6, change="U9,2", other_change="U9,3") == 6
    assert n_mass(40, 12, change="U1,3", other_change="U1,4") == 0


def test_a_change_of_neither_grade_nor_unit_is_none():
    assert n_mass(20, 20, change="U1,2") == 0


def test_changes_on_different_days_are_not_one_reorganisation():
    assert n_mass(20, 6, day_of=lambda person: f"2020-03-0{1 + person % 2}") == 0


def test_only_the_rows_of_that_day_are_marked():
    marked = history(20, 6)
    assert not marked[pseudonym_of("x000"), pd.Timestamp(FIRST)]
    assert marked[pseudonym_of("x000"), pd.Timestamp(DAY)]
