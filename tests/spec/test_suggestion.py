"""Unknown headers: the profile that fits, the columns they could be, and what is left open."""

import pytest
import yaml

from mentor_outcomes.commands.suggest import columns_of, readings
from mentor_outcomes.errors import SourceError
from mentor_outcomes.sources.header_names import plain_name, refuse_values
from mentor_outcomes.sources.profiles import load_profile
from mentor_outcomes.sources.stub import stub_of
from mentor_outcomes.sources.suggestion import suggest
from mentor_outcomes.study import Source
from mentor_outcomes.study.reading import read_settings
from mentor_outcomes.study.source import PROFILE_NAMES
from mentor_outcomes.tables.contracts import CONTRACTS

JOB = (
    "EMPLID,EMPL_RCD,EFFDT,EFFSEQ,ACTION,ACTION_DT,ACTION_REASON,HR_STATUS,EMPL_STATUS,DEPTID,"
    "JOBCODE,SUPERVISOR_ID,LOCATION,GRADE,STD_HOURS,FTE"
)


def suggested(headers: str, source: str):
    return suggest(headers.split(","), source, columns_of(source))


def mapping(found) -> dict[str, str]:
    return {each.ours: each.theirs for each in found.chosen}


def test_the_profile_most_of_whose_headers_are_there_is_proposed():
    found = suggested(JOB, "jobs")
    assert found.profile == "peoplesoft"
    assert (found.fits[0].n_found, found.fits[0].n_named) == (10, 11)
    assert mapping(found)["manager_id"] == "SUPERVISOR_ID"
    assert found.needed == ("job_family",), "of another table there"


@pytest.mark.parametrize("name", [name for name in PROFILE_NAMES if name != "plain"])
def test_each_profile_is_found_by_its_own_headers(name):
    for source, layout in load_profile(name).sources.items():
        headers = [theirs.split(" | ")[0] for theirs in layout.columns.values() if theirs]
        found = suggested(",".join(headers), source)
        if len(headers) > 2:
            assert name in [fit.profile for fit in found.fits if fit.share == 1]
            assert found.profile in (name, "plain")


def test_usual_names_are_known_in_several_languages():
    found = suggested("Emp No,Start Date,End Date,Reason for Leaving,Surname", "employment")
    assert found.profile == "plain"
    assert mapping(found) == {
        "person_id": "Emp No",
        "hired_on": "Start Date",
        "left_on": "End Date",
        "exit_kind": "Reason for Leaving",
    }
    found = suggested("Personalnummer,Eintrittsdatum,Austrittsdatum,Austrittsgrund", "employment")
    assert mapping(found)["left_on"] == "Austrittsdatum"
    assert found.coverage == 1


def test_our_own_names_score_highest_and_say_so():
    found = suggested("person_id,from,until", "leaves")
    assert {(each.score, each.reason) for each in found.chosen} == {(1.0, "our own name")}


def test_two_headers_for_one_column_are_listed_and_none_is_chosen():
    found = suggested("Employee ID,Valid From,Pay Grade,Job Level,Job Family,Dept", "jobs")
    assert "grade" not in mapping(found)
    assert {each.theirs for each in found.ambiguous["grade"]} == {"Pay Grade", "Job Level"}
    assert "grade" in found.needed


def test_one_header_is_never_two_columns_unless_the_profile_says_so():
    found = suggested("mentor,mentee id,start date,end date", "mentoring")
    theirs = [each.theirs for each in found.chosen]
    assert len(theirs) == len(set(theirs))
    oracle = "PersonNumber,EffectiveStartDate,EffectiveSequence,ActionCode,WorkerType"
    found = suggested(oracle, "employment")
    assert mapping(found)["event_code"] == mapping(found)["exit_kind"] == "ActionCode"


def test_a_similar_name_is_proposed_with_a_doubt():
    found = suggested("Employee Identifier,Hire Dates,left_on,exit_kind", "employment")
    hired = next(each for each in found.chosen if each.ours == "hired_on")
    assert (hired.theirs, hired.reason) == ("Hire Dates", "a similar name")
    assert 0.7 < hired.score < 0.9


@pytest.mark.parametrize(
    "header", ["dateOfSeniority", "Completed Meetings", "Employee Status", "Original Hire Date"]
)
def test_names_that_mean_different_things_are_never_mapped(header):
    for source in CONTRACTS:
        found = suggested(f"Employee ID,{header}", source)
        assert header not in mapping(found).values()
        assert not [each for several in found.ambiguous.values() for each in several]
        assert header in found.warnings


def test_percent_of_full_time_is_not_a_share_of_it():
    found = suggested("Employee ID,Full Time Equivalent Percentage", "jobs")
    assert "fte" not in mapping(found)


def test_the_shape_follows_the_columns_that_are_there():
    found = suggested("person_id,effective_on,event_code,exit_kind", "employment")
    assert found.shape == "events"
    found = suggested("person_id,effective_on,annual_pay", "pay")
    assert found.shape is None, "the usual one need not be said"


def test_where_two_profiles_fit_alike_none_is_chosen():
    found = suggested("Employee Id,Start Date,End Date", "employment")
    rivals = [fit.profile for fit in found.fits if fit.share == 1]
    assert rivals == ["cultureamp"]
    assert suggested("userId,startDate", "jobs").profile == "plain", "too little to tell"


@pytest.mark.parametrize(
    ("headers", "source"),
    [
        (JOB, "jobs"),
        ("Emp No,Start Date,End Date,Reason for Leaving", "employment"),
        ("Employee ID,Valid From,Pay Grade,Job Level,Job Family,Dept", "jobs"),
        ("person_id,effective_on,event_code,exit_kind", "employment"),
        ('Employee # "new",Hire Date: day,no', "employment"),
    ],
)
def test_the_stub_is_yaml_that_the_study_file_takes(headers, source):
    found = suggested(headers, source)
    entry = yaml.safe_load(stub_of(found, "data/raw/my file.csv"))["sources"][source]
    read = read_settings(Source, entry, where=f"sources.{source}")
    assert read.path == "data/raw/my file.csv"
    assert read.profile == found.profile
    layout = load_profile(found.profile).sources[source]
    for each in found.chosen:
        named = read.columns.get(each.ours) or layout.columns.get(each.ours) or each.ours
        assert each.theirs in named.split(" | ")


def test_what_is_open_stands_in_the_stub_as_comments():
    text = stub_of(suggested("Employee ID,Valid From,Pay Grade,Job Level,Dept", "jobs"), "x.csv")
    assert "# grade: Pay Grade or Job Level   # which one?" in text
    assert "# job_family: ...   # needed, and no header is like it" in text
    assert '# site: ""   # no header is like it' in text
    assert "entered_on" not in text, "nobody asks for what only adds to what is known"


def test_a_job_history_is_proposed_for_all_that_it_feeds():
    log = ("userId", "startDate", "seqNumber", "event", "eventReason", "payGrade", "fte")
    found = readings(log)
    assert [each.source for each in found[:2]] == ["employment", "leaves"]
    assert {each.profile for each in found} == {"successfactors"}


def test_headers_like_nothing_give_no_reading():
    assert readings(("colour", "shape")) == []


def test_capitals_spaces_and_signs_do_not_count():
    assert plain_name("Emp_No.") == plain_name("EMP NO") == "empno"


def test_a_first_row_of_values_is_refused_without_repeating_one():
    for row in (("4711", "1990", "woman"), ("a.person@example.org", "x"), ("A1", "2020-03-01")):
        with pytest.raises(SourceError) as caught:
            refuse_values(row, "x.csv")
        assert not any(value in str(caught.value) for value in row if len(value) > 2)
    refuse_values(("Q1", "js1", "2019", "b2", "b3", "b4"), "x.csv")
