"""Providers' codes in our words; unknown ones stop the run with the lines to fill in."""

from dataclasses import replace

import pytest

from mentor_outcomes.errors import SourceError
from mentor_outcomes.study import Layout
from tests.tiny_study import FILES
from tests.tiny_tables import (
    STUDY,
    broken,
    counts_of,
    intake_of,
    received,
    rows_of,
    tables,
    taken_in,
)

JOBS = FILES["job_history.csv"]
EMPLOYMENT = FILES["employment.csv"]


def refused(source: str, text: str, layout: Layout | None = None) -> SourceError:
    with pytest.raises(SourceError) as caught:
        tables({source: text}, layouts={source: layout} if layout else None)
    return caught.value


def test_codes_are_translated_and_our_own_words_stay():
    text = EMPLOYMENT.replace("voluntary\np02", "RES\np02")
    layout = Layout(codes={"exit_kind": {"RES": "voluntary"}})
    spells = tables({"employment": text}, layouts={"employment": layout})["employment_spells"]
    assert rows_of(spells, "p02").loc[0, "exit_kind"] == "voluntary"
    assert rows_of(spells, "p03").loc[0, "exit_kind"] == "involuntary"


def test_an_unknown_code_is_refused_with_its_frequency_and_a_stub():
    text = JOBS.replace(",hire", ",26").replace(",rehire", ",R").replace(",1,promotion", ",1,26")
    # hire, rehire and promotion are 10 of 11 rows: only codes of three rows or more are named.
    refusal = refused("jobs", text)
    assert refusal.found == (
        "10 rows of jobs.csv (lines 2, 3, 4 and 7 more) have an unknown event_code: 26 (9) and 1 "
        "more (on fewer than 3 rows: not told, it may be a name)."
    )
    assert 'under sources.jobs in params.yaml: `codes: {event_code: {"26": ...}}`' in refusal.remedy
    assert refusal.expected.startswith("one of data_change, demotion, exit, hire, job_change, ")


def test_where_most_codes_are_known_the_rare_ones_are_named_too():
    refusal = refused("jobs", JOBS.replace(",transfer", ",XFR").replace(",promotion", ",PRO"))
    assert "2 rows of jobs.csv (lines 3, 8) have an unknown event_code: PRO (1), XFR (1)." in (
        refusal.found
    )
    assert '{"PRO": ..., "XFR": ...}' in refusal.remedy


def test_what_is_rare_in_a_column_of_nothing_known_is_not_named_even_if_most_rows_are_empty():
    # The reasons why two of nine left, in their own words.
    text = EMPLOYMENT.replace("involuntary", "quarrel with Zoe").replace(",voluntary", ",my back")
    refusal = refused("employment", text)
    assert "2 rows of employment.csv (lines 3, 5) have an unknown exit_kind: 2 more (" in (
        refusal.found
    )
    assert "Zoe" not in str(refusal)
    assert "my back" not in str(refusal)


def test_an_id_in_a_column_of_codes_is_never_named():
    refusal = refused("jobs", JOBS.replace(",transfer", ",P04 ").replace(",promotion", ",PRO"))
    assert "unknown event_code: PRO (1) and 1 more (" in refusal.found
    assert "P04" not in str(refusal)


def test_a_code_may_be_declared_to_stand_for_nothing_known():
    layout = Layout(missing={"event_code": ("N/A",)})
    text = JOBS.replace(",transfer", ",N/A")
    made = tables({"jobs": text}, layouts={"jobs": layout})["job_history"]
    assert rows_of(made, "p04")["event_code"].isna().tolist() == [False, True]


def test_a_code_is_only_translated_to_a_word_that_exists():
    layout = Layout(codes={"event_code": {"PRO": "promoted"}})
    refusal = refused("jobs", JOBS, layout)
    assert refusal.found == "sources.jobs.codes.event_code translates to promoted."


def test_codes_of_a_column_of_text_close_it():
    layout = Layout(codes={"site": {"N1": "north", "S1": "south"}})
    text = JOBS.replace(",north,", ",N1,")
    made = tables({"jobs": text}, layouts={"jobs": layout})["job_history"]
    assert set(made["site"].dropna()) == {"north", "south"}
    refusal = refused("jobs", text.replace(",south,p08", ",E1,p08"), layout)
    assert "an unknown site: E1 (1)" in refusal.found
    assert refusal.expected == "one of north, south, or a code that is translated to one."


def test_labels_that_a_file_holds_are_translated_in_place_of_its_codes():
    text = EMPLOYMENT.replace("voluntary\np02", "1\np02")
    layout = Layout(codes={"exit_kind": {"Quit": "voluntary"}})
    raw = received({"employment": text}, layouts={"employment": layout})
    raw["employment"] = replace(raw["employment"], labels={"exit_kind": {"1": "Quit"}})
    spells = taken_in(raw).tables["employment_spells"]
    assert rows_of(spells, "p02").loc[0, "exit_kind"] == "voluntary"


def test_events_of_another_table_are_set_aside_whatever_else_is_wrong_with_them():
    # An exit row without grade, job family or unit tells nothing of the job.
    text = JOBS + "p03,2020-09-16,1,,,,,,,exit\n"
    intake = intake_of({"jobs": text})
    assert counts_of(intake, "jobs") == (12, 11, 1, 0)
    assert broken(intake, "jobs") == []


def test_grades_that_are_ids_are_not_named():
    section = replace(STUDY.study, grades=("1", "2", "3", "4"))
    with pytest.raises(SourceError) as caught:
        tables({"jobs": JOBS.replace(",1,5,sales", ",1,p08,sales")}, section=section)
    assert "1 row of jobs.csv (line 12) has a grade that study.grades does not list: 1 more." in (
        caught.value.found
    )
