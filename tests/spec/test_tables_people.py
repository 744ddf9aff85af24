"""People and employment spells, worked by hand on eight people."""

from datetime import date

import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.errors import SourceError, StudyError
from mentor_outcomes.sources import raw_table
from mentor_outcomes.study import Ingest, Layout
from mentor_outcomes.tables import build_tables
from tests.tiny_study import FILES
from tests.tiny_tables import (
    KEY,
    STUDY,
    broken,
    counts_of,
    intake_of,
    reason_of,
    received,
    rows_of,
    tables,
    text_frame,
)


def refused(**changes: str) -> str:
    with pytest.raises(SourceError) as caught:
        tables(changes)
    return str(caught.value)


def test_a_rehire_is_a_second_spell_of_the_same_person():
    spells = rows_of(tables()["employment_spells"], "p02")
    assert spells["spell"].tolist() == [1, 2]
    assert spells["hired_on"].tolist() == [pd.Timestamp("2017-01-01"), pd.Timestamp("2020-02-01")]
    assert spells["left_on"].tolist() == [pd.Timestamp("2019-06-30"), pd.NaT]
    assert spells.loc[0, "exit_kind"] == "voluntary"


def test_every_table_keeps_its_promise_and_undeclared_sources_have_none():
    made = tables()
    by_name = {table.name: table for table in schema.ALL if table.folder == "data/tables"}
    assert set(made) == set(by_name)
    for name, frame in made.items():
        by_name[name].check(frame)
    optional = ("jobs", "pay", "leaves", "ratings", "requests", "survey", "offers", "unit_output")
    assert set(tables(without=optional)) == {
        *("people", "employment_spells", "mentorships"),
        *("ingest_counts", "quarantine", "promotion_counts"),
    }


def test_columns_nobody_declared_do_not_reach_a_table():
    lines = FILES["people.csv"].splitlines()
    text = "\n".join([lines[0] + ",surname", *(line + ",Miller" for line in lines[1:])])
    assert "surname" not in tables({"people": text})["people"].columns


def test_declared_extra_columns_ride_along_with_their_type():
    lines = FILES["people.csv"].splitlines()
    text = "\n".join(
        [lines[0] + ",children,talent", *(f"{line},{n},1" for n, line in enumerate(lines[1:]))]
    )
    raw = received()
    extra = {"children": "number", "talent": "flag"}
    raw["people"] = raw_table("people", text_frame(text), extra=extra)
    people = build_tables(raw, section=STUDY.study, scales=STUDY.scales, key=KEY)["people"]
    assert rows_of(people, "p03")["children"].tolist() == [2.0]
    assert people["talent"].dtype == bool


@pytest.mark.parametrize(
    ("source", "extra", "found"),
    [
        ("leaves", {"why": "text"}, "sources.leaves.extra declares why."),
        ("people", {"person_id": "text"}, "declares person_id, which has a meaning of its own"),
        ("people", {"manager_id": "text"}, "declares manager_id, which has a meaning of its own"),
        ("jobs", {"left_on": "text"}, "declares left_on, which has a meaning of its own"),
    ],
)
def test_extra_columns_of_other_sources_or_with_names_of_ours_are_refused(source, extra, found):
    raw = received()
    raw[source] = raw_table(
        source, raw[source].frame.assign(**{next(iter(extra)): "x"}), extra=extra
    )
    with pytest.raises(StudyError) as caught:
        build_tables(raw, section=STUDY.study, scales=STUDY.scales, key=KEY)
    assert found in caught.value.found


def test_a_missing_column_is_refused_with_the_nearest_header():
    message = refused(people=FILES["people.csv"].replace("birth_year", "BirthYear"))
    assert "no column birth_year" in message
    assert "nearest to birth_year is BirthYear" in message
    assert 'has no such column, add `birth_year: ""` to sources.people.columns' in message
    message = refused(employment=FILES["employment.csv"].replace("hired_on", "x"))
    assert "no column hired_on. Expected" in message, "left_on is another of our columns"
    assert '""' not in message, "a required column cannot be declared absent"


def test_rows_of_a_person_that_do_not_contradict_each_other_are_one():
    # p03 has no education in the first row; the copy of p02 says nothing new.
    text = FILES["people.csv"] + "p03,,,bachelor\np02,1985,,\n"
    intake = intake_of({"people": text})
    row = rows_of(intake.tables["people"], "p03").loc[0]
    assert (row["birth_year"], row["gender"], row["education"]) == (1979, "woman", "bachelor")
    assert counts_of(intake, "people") == (10, 8, 2, 0)
    assert reason_of(intake, "people") == "a further row of a person: 2 rows"


def test_rows_that_contradict_each_other_about_a_person_are_refused_by_line():
    message = refused(people=FILES["people.csv"] + "p03,1980,woman,\n")
    assert "2 of 9 rows of people have the person_id of another row, and something else" in message
    assert "(lines 4, 10)" in message
    assert "the crosswalk joins ids that it should not" in message
    assert "p03" not in message


def test_an_exit_before_the_hire_is_refused():
    message = refused(employment=FILES["employment.csv"].replace("2020-09-15", "2016-04-30"))
    assert "1 of 9 rows of employment has left_on before hired_on" in message
    assert "(line 5)" in message


def test_one_day_of_employment_is_possible():
    text = FILES["employment.csv"].replace("2020-09-15", "2016-05-01")
    assert len(rows_of(tables({"employment": text})["employment_spells"], "p03")) == 1


def test_spells_that_share_a_day_overlap_and_none_of_them_can_be_used():
    text = FILES["employment.csv"].replace("2019-06-30,voluntary", "2020-02-01,voluntary")
    intake = intake_of({"employment": text})
    assert broken(intake, "employment") == [(3, "overlapping_spells"), (4, "overlapping_spells")]
    assert rows_of(intake.tables["employment_spells"], "p02").empty
    assert "2 of 9 rows of employment overlap with another spell" in refused(employment=text)


def test_of_three_spells_the_two_that_overlap_are_taken_out():
    # p03: 2016-2020, 2017-2018 within it, and 2021 after both.
    text = FILES["employment.csv"] + "p03,2017-01-01,2018-01-01,other\np03,2021-01-01,,\n"
    intake = intake_of({"employment": text})
    assert broken(intake, "employment") == [(5, "overlapping_spells"), (11, "overlapping_spells")]
    spells = rows_of(intake.tables["employment_spells"], "p03")
    assert spells["hired_on"].tolist() == [pd.Timestamp("2021-01-01")]
    assert spells["spell"].tolist() == [1]


def test_a_spell_without_an_exit_before_a_rehire_cannot_be_used():
    text = FILES["employment.csv"].replace(
        "p02,2017-01-01,2019-06-30,voluntary", "p02,2017-01-01,,"
    )
    intake = intake_of({"employment": text})
    assert broken(intake, "employment") == [(3, "hire_without_exit")]
    assert rows_of(intake.tables["employment_spells"], "p02")["spell"].tolist() == [1]


def test_copies_of_a_spell_are_one_and_contradicting_rows_are_none():
    copy = FILES["employment.csv"] + "p03,2016-05-01,2020-09-15,involuntary\n"
    intake = intake_of({"employment": copy})
    assert broken(intake, "employment") == [(11, "same_row_again")]
    assert len(rows_of(intake.tables["employment_spells"], "p03")) == 1
    other = copy.replace("2020-09-15,involuntary\n", "2020-09-15,other\n", 1)
    intake = intake_of({"employment": other})
    assert broken(intake, "employment") == [(5, "contradicting_rows"), (11, "contradicting_rows")]
    assert rows_of(intake.tables["employment_spells"], "p03").empty


@pytest.mark.parametrize(("within", "n_stays"), [(0, 2), (1, 1)])
def test_a_hire_on_the_day_after_is_a_rehire_or_a_move_as_the_study_says(within, n_stays):
    text = FILES["employment.csv"].replace("2019-06-30", "2020-01-31")
    made = tables({"employment": text}, ingest=Ingest(join_stays_within_days=within))
    stays = rows_of(made["employment_spells"], "p02")
    assert len(stays) == n_stays
    assert stays["left_on"].isna().iloc[-1]
    assert "followed by a hire of the same person on the next day" in refused(employment=text)


def test_exits_need_a_known_kind_and_only_exits_have_one():
    assert (
        "1 row of employment.csv (line 3) has an unknown exit_kind: 1 more (on fewer "
        in refused(employment=FILES["employment.csv"].replace("voluntary\np02", "vol\np02"))
    )
    assert "left_on without exit_kind" in refused(
        employment=FILES["employment.csv"].replace(",voluntary", ",")
    )


@pytest.mark.parametrize(
    ("source", "file"),
    [
        ("employment", "employment.csv"),
        ("jobs", "job_history.csv"),
        ("pay", "pay_history.csv"),
        ("leaves", "leaves.csv"),
        ("ratings", "ratings.csv"),
        ("requests", "mentoring_requests.csv"),
    ],
)
def test_somebody_whom_people_does_not_have_is_refused(source, file):
    header, first, *rest = FILES[file].splitlines()
    stranger = "q99" + first[3:]
    message = refused(**{source: "\n".join([header, stranger, *rest])})
    assert f"1 of {1 + len(rest)} rows of {source} has a " in message
    assert "the source people does not have" in message
    assert "q99" not in message


def test_counts_of_rows_reconcile():
    counts = tables()["ingest_counts"].set_index("source")
    assert counts.loc["employment", "rows_read"] == 9
    assert (counts["rows_read"] == counts["rows_used"] + counts["rows_set_aside"]).all()


def test_where_the_provider_tells_no_kind_of_exit_every_exit_is_of_another_kind():
    raw = received({"employment": FILES["employment.csv"].replace(",exit_kind", ",x")})
    frame = raw["employment"].frame.drop(columns="x")
    frame["exit_kind"] = pd.Series(pd.NA, frame.index, dtype="str")
    layout = Layout(columns={"exit_kind": ""})
    raw["employment"] = raw_table("employment", frame, layout=layout)
    spells = build_tables(raw, section=STUDY.study, scales=STUDY.scales, key=KEY)
    kinds = spells["employment_spells"].groupby(["exit_kind"], dropna=False).size()
    assert kinds["other"] == 2


def test_spells_may_end_with_exits_dated_the_day_after():
    layouts = {"employment": Layout(exit_dated="day_after")}
    intake = intake_of({"employment": FILES["employment.csv"]}, layouts=layouts)
    spells = intake.tables["employment_spells"]
    assert rows_of(spells, "p03")["left_on"].tolist() == [pd.Timestamp("2020-09-14")]
    # An end of time stays none.
    assert rows_of(spells, "p05")["left_on"].isna().all()


def test_hires_and_exits_after_the_extract_are_plans():
    layouts = {"employment": Layout(extracted_on=date(2020, 1, 31))}
    intake = intake_of({"employment": FILES["employment.csv"]}, layouts=layouts)
    # p02 is to come back on 1 February, p03 to leave in September.
    spells = intake.tables["employment_spells"]
    assert len(rows_of(spells, "p02")) == 1
    assert rows_of(spells, "p03")[["left_on", "exit_kind"]].isna().all(axis=None)
    assert counts_of(intake, "employment") == (9, 8, 1, 0)
    assert intake.notes == ("employment: 1 exit dated after the extract left out",)
