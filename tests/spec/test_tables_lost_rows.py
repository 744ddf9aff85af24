"""What a row in quarantine would have said is not taken for nothing."""

from dataclasses import replace

import numpy as np
import pandas as pd

from mentor_outcomes.sources import raw_table
from mentor_outcomes.study import Layout
from tests.tiny_study import FILES
from tests.tiny_tables import (
    STUDY,
    broken,
    counts_of,
    intake_of,
    pseudonym_of,
    reason_of,
    received,
    rows_of,
    taken_in,
    text_frame,
)


def test_whose_start_cannot_be_read_is_neither_mentored_nor_a_comparator():
    intake = intake_of({"mentoring": FILES["mentoring.csv"].replace("2020-05-01", "in May")})
    assert broken(intake, "mentoring") == [(3, "started_on_unreadable")]
    for name, column in (("people", "person_id"), ("mentorships", "protege_id")):
        assert pseudonym_of("p04") not in set(intake.tables[name][column])
    assert counts_of(intake, "people") == (8, 7, 1, 0)
    assert "of somebody whose mentoring cannot be told: 1 rows" in reason_of(intake, "people")


def test_an_end_that_cannot_be_read_leaves_the_start_as_it_is():
    intake = intake_of({"mentoring": FILES["mentoring.csv"].replace("2020-12-31", "ongoing")})
    assert intake.quarantine.empty
    begun = rows_of(intake.tables["mentorships"], "p01", "protege_id")
    assert begun["started_on"].tolist() == [pd.Timestamp("2020-03-01")]
    assert begun["ended_on"].isna().all()


def test_of_a_day_whose_last_pay_cannot_be_used_no_pay_is_believed():
    pay = "person_id,effective_on,sequence,amount\n"
    pay += "p01,2018-03-01,1,40000\np01,2020-07-01,1,50000\np01,2020-07-01,2,x\n"
    layout = Layout(shape="amounts", pay_is="full_time", pay_per="year")
    intake = intake_of({"pay": pay}, layouts={"pay": layout})
    assert broken(intake, "pay") == [(3, "superseded_by_a_lost_row"), (4, "amount_unreadable")]
    assert intake.tables["pay_history"]["annual_pay"].tolist() == [40000]


def test_exits_may_not_be_lost_under_a_small_share_of_all_rows():
    header, *_ = FILES["employment.csv"].splitlines()
    ids = [f"n{number:04d}" for number in range(1000)]
    people = "person_id,birth_year,gender,education\n" + "".join(f"{i},1990,man,\n" for i in ids)
    lines = [
        f"{i},2015-01-01,2016-01-01,{'' if n < 3 else 'other'}" for n, i in enumerate(ids[:40])
    ]
    lines += [f"{i},2015-01-01,," for i in ids[40:]]
    intake = intake_of(
        {"people": people, "employment": "\n".join([header, *lines])},
        without=("jobs", "pay", "leaves", "ratings", "requests", "survey", "mentoring"),
        ingest=STUDY.ingest,
    )
    (refusal,) = intake.refusals
    assert refusal.found.startswith("3 of 40 exits of employment cannot be used: 7.5%")


def test_each_file_of_a_source_is_read_in_its_own_form():
    def both(other: str) -> pd.DataFrame:
        rows = f"p01,25/03/2018,40000\np01,01/07/2020,43000\np04,{other},36000\n"
        return text_frame("person_id,effective_on,annual_pay\n" + rows)

    def pay(other: str):
        raw = received()
        table = raw_table("pay", both(other))
        raw["pay"] = replace(table, paths=("north.csv", "south.csv"), files=np.array([0, 0, 1]))
        return taken_in(raw)

    days = rows_of(pay("01/25/2019").tables["pay_history"], "p04")["effective_on"]
    assert days.tolist() == [pd.Timestamp("2019-01-25")]
    (refusal,) = pay("01/02/2019").refusals
    assert "the dates of south.csv can be read as DD/MM/YYYY and as MM/DD/YYYY" in refusal.found


def test_two_codes_of_one_label_are_not_taken_for_one():
    raw = received()
    labels = {"unit_id": {"U1": "Sales", "U2": "Sales"}}
    raw["jobs"] = replace(raw["jobs"], labels=labels)
    (refusal,) = taken_in(raw).refusals
    assert "2 codes of unit_id in jobs.csv have 1 labels." in refusal.found
