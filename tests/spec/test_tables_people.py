"""People and employment spells, worked by hand on eight people."""

import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.errors import SourceError, StudyError
from mentor_outcomes.sources import raw_table
from mentor_outcomes.tables import build_tables
from tests.tiny_study import FILES
from tests.tiny_tables import KEY, STUDY, received, rows_of, tables, text_frame


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
        "people",
        "employment_spells",
        "mentorships",
        "ingest_counts",
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

    raw["leaves"] = raw_table("leaves", text_frame(FILES["leaves.csv"]), extra={"why": "text"})
    with pytest.raises(StudyError, match=r"sources\.leaves\.extra"):
        build_tables(raw, section=STUDY.study, scales=STUDY.scales, key=KEY)


def test_a_missing_column_is_refused_with_the_nearest_header():
    message = refused(people=FILES["people.csv"].replace("birth_year", "BirthYear"))
    assert "no column birth_year" in message
    assert "nearest to birth_year is BirthYear" in message
    assert 'has no such column, add `birth_year: ""` to sources.people.columns' in message
    message = refused(employment=FILES["employment.csv"].replace("hired_on", "x"))
    assert "no column hired_on. Expected" in message, "left_on is another of our columns"
    assert '""' not in message, "a required column cannot be declared absent"


def test_a_repeated_person_is_refused_by_line():
    message = refused(people=FILES["people.csv"] + "p03,1979,woman,\n")
    assert "1 of 9 rows of people repeats the person_id of an earlier row" in message
    assert "(line 10)" in message
    assert "p03" not in message
    twice = refused(people=FILES["people.csv"] + "p03,1979,woman,\np02,,,\n")
    assert "2 of 10 rows of people repeat the person_id of an earlier row" in twice


def test_an_exit_before_the_hire_is_refused():
    message = refused(employment=FILES["employment.csv"].replace("2020-09-15", "2016-04-30"))
    assert "1 of 9 rows of employment has left_on before hired_on" in message
    assert "(line 5)" in message


def test_one_day_of_employment_is_possible():
    text = FILES["employment.csv"].replace("2020-09-15", "2016-05-01")
    assert len(rows_of(tables({"employment": text})["employment_spells"], "p03")) == 1


@pytest.mark.parametrize("first_spell", ["p02,2017-01-01,2020-02-01,voluntary", "p02,2017-01-01,,"])
def test_spells_that_share_a_day_overlap(first_spell):
    text = FILES["employment.csv"].replace("p02,2017-01-01,2019-06-30,voluntary", first_spell)
    message = refused(employment=text)
    assert "1 of 9 rows of employment begins before an earlier spell" in message
    assert "(line 4)" in message


def test_a_rehire_on_the_day_after_does_not_overlap():
    text = FILES["employment.csv"].replace("2019-06-30", "2020-01-31")
    assert len(rows_of(tables({"employment": text})["employment_spells"], "p02")) == 2


def test_exits_need_a_known_kind_and_only_exits_have_one():
    assert "1 row of employment.csv (line 3) has an unknown exit_kind: vol (1)" in refused(
        employment=FILES["employment.csv"].replace("voluntary\np02", "vol\np02")
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
