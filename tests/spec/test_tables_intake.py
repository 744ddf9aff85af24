"""What comes in is used, set aside or quarantined; what stops the run is told in full."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import SourceError
from mentor_outcomes.sources import raw_table
from mentor_outcomes.study import Ingest, Layout
from tests.tiny_study import FILES
from tests.tiny_tables import (
    STUDY,
    broken,
    counts_of,
    intake_of,
    received,
    tables,
    taken_in,
    text_frame,
)

PAY = "person_id,effective_on,annual_pay\n"
BAD = {
    "people": FILES["people.csv"].replace("p06,,", "p06,84,"),
    "employment": FILES["employment.csv"].replace("2020-09-15", "2015-09-15"),
    "pay": FILES["pay_history.csv"].replace(",40000", ",0") + "p01,2018-03-01,\n",
}
"""Line 7 of people, line 5 of employment, and two of pay; p06 is then nobody elsewhere."""


def pays(n_rows: int, n_bad: int) -> str:
    """So many rows of different pay, the first few of nothing."""
    days = pd.date_range("2010-01-01", periods=n_rows).strftime("%Y-%m-%d")
    rows = [f"p01,{day},{0 if n < n_bad else 1000 + n}\n" for n, day in enumerate(days)]
    return PAY + "".join(rows)


def test_a_clean_study_has_nothing_in_quarantine():
    intake = intake_of(ingest=STUDY.ingest)
    assert intake.quarantine.empty
    assert not intake.refusals
    assert not intake.notes
    assert intake.counts["rows_read"].sum() == intake.counts["rows_used"].sum() == 46


def test_what_cannot_be_used_has_its_file_line_column_rule_and_reason():
    quarantine = intake_of(BAD).quarantine
    assert quarantine.columns.tolist() == ["source", "file", "line", "column", "rule", "reason"]
    rows = [tuple(row) for row in quarantine.drop(columns="reason").itertuples(index=False)]
    assert rows == [
        ("employment", "employment.csv", 5, "left_on", "left_on_before_hired_on"),
        ("pay", "pay.csv", 2, "annual_pay", "pay_not_above_0"),
        ("pay", "pay.csv", 5, "annual_pay", "no_annual_pay"),
    ]
    reasons = quarantine.set_index(["source", "line"])["reason"]
    assert reasons["employment", 5] == "have left_on before hired_on"


def test_each_row_is_in_quarantine_once_by_the_first_rule_it_broke():
    text = PAY + "q99,x,\n"
    intake = intake_of({"pay": text})
    assert broken(intake, "pay") == [(2, "effective_on_unreadable")]


def test_rows_read_are_those_used_set_aside_and_quarantined():
    intake = intake_of(BAD)
    assert counts_of(intake, "people") == (8, 8, 0, 0)
    assert counts_of(intake, "employment") == (9, 8, 0, 1)
    assert counts_of(intake, "pay") == (4, 2, 0, 2)
    counts = intake.counts
    n_known = counts[["rows_used", "rows_set_aside", "rows_quarantined"]].sum(axis="columns")
    assert (counts["rows_read"] == n_known).all()
    told = counts.set_index("source")["reason"]
    assert told["pay"] == "have annual_pay of 0 or less: 1 rows; have no annual_pay: 1 rows"


def test_records_that_the_reader_set_aside_count_as_read():
    raw = received()
    raw["survey"] = replace(raw["survey"], set_aside={"not finished": 4})
    intake = taken_in(raw)
    assert counts_of(intake, "survey") == (7, 3, 4, 0)


def test_lines_of_several_files_are_each_files_own():
    raw = received({"ratings": FILES["ratings.csv"] + "p05,?,3,\n"})
    raw["ratings"] = replace(
        raw["ratings"],
        paths=("a.csv", "b.csv"),
        files=np.array([0, 1, 1]),
        lines=np.array([2, 2, 3]),
    )
    (row,) = taken_in(raw).quarantine.itertuples()
    assert (row.file, row.line) == ("b.csv", 3)


def test_up_to_the_declared_share_may_be_left_out():
    assert not intake_of({"pay": pays(100, 1)}, ingest=STUDY.ingest).refusals
    (refusal,) = intake_of({"pay": pays(100, 2)}, ingest=STUDY.ingest).refusals
    assert refusal.found == (
        "2 of 100 rows of pay have annual_pay of 0 or less: pay.csv (lines 2, 3). That is 2.0% of "
        "the rows, more than the 1.0% that may be left out."
    )
    assert "raise ingest.max_share_quarantined in params.yaml." in refusal.remedy
    assert not intake_of({"pay": pays(100, 2)}, ingest=Ingest(max_share_quarantined=0.02)).refusals


def test_the_share_is_of_the_rows_that_belong_to_the_table():
    # Two of four spells are broken, whatever number of other events the log has.
    text = "person_id,effective_on,sequence,event_code,exit_kind\n"
    text += "p01,2018-03-01,1,hire,\np03,2016-05-01,1,hire,\np03,2020-09-15,1,exit,\n"
    text += "p04,2019-01-01,1,hire,\n"
    text += "".join(f"p01,2019-01-01,{n},pay_change,\n" for n in range(1000))
    refusal = intake_of(
        {"employment": text},
        layouts={"employment": Layout(shape="events", exit_dated="last_day")},
        ingest=STUDY.ingest,
    ).refusals[0]
    assert "That is 50.0% of the rows" in refusal.found


def test_a_message_tells_three_rules_and_counts_the_others():
    text = PAY + "p01,,1\np01,2020-01-01,\np01,2021-01-01,0\np01,x,1\np09,2020-01-01,1\n"
    found = intake_of({"pay": text}, ingest=STUDY.ingest).refusals[0].found
    assert found.count("of 5 rows of pay") == 3
    assert "; and 2 more rules. That is 100.0%" in found


def test_a_refusal_of_one_source_does_not_hide_anothers():
    intake = intake_of(
        {
            "employment": FILES["employment.csv"].replace("involuntary", "fired"),
            "jobs": FILES["job_history.csv"].replace(",grade,", ",level,"),
            "offers": FILES["offers.csv"].replace("offer_id", "id"),
            "pay": BAD["pay"],
        },
        ingest=STUDY.ingest,
    )
    found = [refusal.found for refusal in intake.refusals]
    assert any("unknown exit_kind" in text for text in found)
    assert any("jobs.csv has no column grade" in text for text in found)
    assert any("offers.csv has no column offer_id" in text for text in found)
    assert any("of 4 rows of pay has annual_pay of 0 or less" in text for text in found)
    assert len(found) == 4


def test_a_refusal_is_told_once_even_if_several_steps_meet_it():
    raw = received()
    raw["pay"] = replace(raw["pay"], numeric=frozenset({"person_id"}))
    (refusal,) = taken_in(raw).refusals
    assert "pay.csv stores person_id as a number" in refusal.found


def test_what_needs_a_refused_source_is_not_made_and_the_rest_is():
    intake = intake_of({"people": FILES["people.csv"].replace("person_id", "id")})
    assert set(intake.tables) == {
        *("offers", "unit_output"),
        *("ingest_counts", "quarantine", "promotion_counts"),
    }
    (refusal,) = intake.refusals
    assert "people.csv has no column person_id" in refusal.found


def test_a_source_that_was_not_received_is_left_out_without_a_word():
    intake = intake_of(without=("people", "pay"))
    assert not intake.refusals
    assert "employment_spells" not in intake.tables
    assert "pay" not in set(intake.counts["source"])
    without_mentoring = intake_of(without=("mentoring",))
    assert not without_mentoring.refusals
    assert "mentorships" not in without_mentoring.tables


def test_remedies_stand_beside_the_rules():
    intake = intake_of(BAD)
    assert set(intake.quarantine["rule"]) == {rule for _, rule in intake.remedies}
    assert intake.remedies["pay", "no_annual_pay"].startswith("complete the column at the source")


def test_notes_of_the_reader_and_of_the_tables_name_their_source():
    raw = received({"jobs": FILES["job_history.csv"].replace(",north,", ",north ,")})
    raw["people"] = replace(raw["people"], notes=("a note of the reader",))
    assert taken_in(raw).notes == (
        "people: a note of the reader",
        "jobs: site: spaces around 5 values taken away",
    )


def test_building_tables_raises_the_first_refusal():
    with pytest.raises(SourceError) as caught:
        tables(BAD)
    assert caught.value.found == intake_of(BAD, ingest=STUDY.ingest).refusals[0].found


def test_files_with_headers_only_give_empty_tables():
    raw = {
        name: raw_table(name, table.frame.iloc[:0].astype("str"), layout=table.layout)
        for name, table in received().items()
    }
    intake = taken_in(raw)
    assert not intake.refusals
    assert intake.counts["rows_read"].sum() == 0
    assert intake.tables["people"].empty
    assert intake.tables["mentorships"].empty


def test_an_empty_text_is_as_good_as_a_frame_of_text():
    assert text_frame(PAY).empty
    assert counts_of(intake_of({"pay": PAY}), "pay") == (0, 0, 0, 0)


def test_a_person_is_not_lost_for_an_attribute_that_cannot_be_read():
    people = FILES["people.csv"].replace("1992", "92")
    intake = intake_of({"people": people})
    assert len(intake.tables["people"]) == 8
    (note,) = [note for note in intake.notes if note.startswith("people: birth_year")]
    assert note.endswith("1 value that cannot be read (one is of the shape ##): missing instead")
    (refusal,) = intake_of({"people": people}, ingest=STUDY.ingest).refusals
    assert "1 of 8 rows of people has birth_year that cannot be read" in refusal.found
