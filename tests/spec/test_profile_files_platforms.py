"""Profiles of survey and mentoring platforms read small files as these write them.

Ids are invented. What a study has to say beside the profile stands in the test.
"""

from tests.profile_files import days, rows
from tests.tiny_study import qualtrics


def test_qualtrics_has_three_header_rows_and_keeps_ordinary_finished_answers(tmp_path):
    answers = "wave_1.csv"
    text = qualtrics(
        [
            ("IP Address", "True", "A1", "4", "5", "3"),
            ("IP Address", "True", "", "1", "2", "3"),
            ("Survey Preview", "True", "A1", "1", "2", "3"),
            ("IP Address", "False", "A1", "1", "", ""),
        ],
        "2020-05-01",
    )
    found, raw = rows(tmp_path, "survey", text, answers, profile="qualtrics", wave="from_file_name")
    assert sorted(raw.set_aside.values()) == [1, 1]
    assert len(raw.frame) == 2, "an answer of nobody is counted later, not lost here"
    assert found.frame["wave"].tolist() == [1, 1]
    assert not {"IPAddress", "RecipientEmail", "LocationLatitude"}.intersection(raw.frame.columns)


LIMESURVEY = """\
"id","submitdate","lastpage","startlanguage","seed","startdate","datestamp","token","B[SQ001]","B[SQ002]"
"1","2020-05-01 10:00:00","3","en","11","2020-05-01 09:50:00","2020-05-01 10:00:00","A1","4","5"
"2","","1","en","12","2020-05-01 09:50:00","2020-05-01 09:51:00","B2","4",""
"3","1980-01-01 00:00:00","3","en","13","1980-01-01 00:00:00","1980-01-01 00:00:00","B2","1","2"
"""


def test_limesurvey_unsubmitted_answers_are_set_aside_and_1980_is_no_day(tmp_path):
    found, raw = rows(
        tmp_path,
        "survey",
        LIMESURVEY,
        "wave_2.csv",
        profile="limesurvey",
        wave="from_file_name",
        columns={"b1": "B[SQ001]", "b2": "B[SQ002]"},
    )
    assert dict(raw.set_aside) == {"not submitted": 1}
    assert days(found.frame["answered_on"]) == ["2020-05-01"]
    assert found.n_quarantined == 1
    assert raw.frame["b1"].tolist() == ["4", "1"]


def test_cultureamp_demographics_give_people_and_stays(tmp_path):
    text = (
        "Name,Preferred Name,Employee Id,Email,Date of Birth,Start Date,End Date,Language,"
        "Manager Email,Gender,Race/Ethnicity,Reason\n"
        "A B,A,0101,ann@example.org,1968-06-02,2013-04-02,2014-04-02,,x@example.org,Woman,,Quit\n"
        "C D,C,0102,bob@example.org,1972-03-27,2012-08-20,,es,x@example.org,Man,,\n"
    )
    people, raw = rows(tmp_path, "people", text, profile="cultureamp")
    assert people.frame["birth_year"].tolist() == [1968, 1972]
    assert set(raw.frame.columns) == {"person_id", "birth_year", "gender", "education"}
    found, _ = rows(
        tmp_path,
        "employment",
        text,
        profile="cultureamp",
        columns={"exit_kind": "Reason"},
        codes={"exit_kind": {"Quit": "voluntary"}},
    )
    assert days(found.frame["left_on"]) == ["2014-04-02", None]


TOGETHER = """\
employeeId,supervisorId,employeeStatusCode,dateOfSeniority,dateInJob,departmentId,lastHireDate,dateOfTermination,dateOfBirth,why
0101,0900,L,2021-01-01T00:00:00.000Z,2021-01-01T00:00:00.000Z,D1,2013-04-02T00:00:00.000Z,,1968-06-02T00:00:00.000Z,
0102,0900,T,2019-01-01T00:00:00.000Z,2019-01-01T00:00:00.000Z,D1,2012-08-20T00:00:00.000Z,2020-06-30T00:00:00.000Z,,other
"""


def test_together_s_leave_is_no_exit_and_its_seniority_is_not_read(tmp_path):
    found, raw = rows(
        tmp_path, "employment", TOGETHER, profile="together", columns={"exit_kind": "why"}
    )
    assert days(found.frame["hired_on"]) == ["2013-04-02", "2012-08-20"]
    assert days(found.frame["left_on"]) == [None, "2020-06-30"]
    assert not raw.frame.isin(["2021-01-01T00:00:00.000Z"]).any().any()


QOOPER = """\
Matching Status,Mentor Email,Registered (MM-DD-YYYY),Mentee Email,Matched,Ended,Completed Meetings
Matched-Active,bob@example.org,01-31-2020,ann@example.org,02-15-2020,,14
Concluded,bob@example.org,01-31-2020,ann@example.org,02-15-2019,03-20-2019,3
Unmatched,bob@example.org,01-31-2020,,,,0
Not Registered,,,ann@example.org,,,0
"""


def test_qooper_people_come_in_by_their_addresses_and_meetings_do_not(tmp_path):
    found, raw = rows(
        tmp_path,
        "mentoring",
        QOOPER,
        profile="qooper",
        columns={"started_on": "Matched", "ended_on": "Ended"},
    )
    assert days(found.frame["started_on"]) == ["2020-02-15", "2019-02-15"]
    assert days(found.frame["ended_on"]) == [None, "2019-03-20"]
    assert sum(raw.set_aside.values()) == 2
    assert found.n_quarantined == 0, "both addresses are in the crosswalk"
    assert "requested_on" not in raw.frame.columns, "the day a mentor registered is no request"
    assert not raw.frame.isin(["14"]).any().any()
