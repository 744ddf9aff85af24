"""Which columns are read under which names, and which records belong to a source."""

import pytest

from mentor_outcomes.errors import SourceError, StudyError
from mentor_outcomes.sources import read_source
from mentor_outcomes.study import KeptRows, Source

WANTED = frozenset({"person_id", "effective_on", "event_code", "exit_kind", "grade", "site"})
ITEMS = frozenset({"person_id", "answered_on", "wave", "js1", "js2"})


def put(folder, name: str, text: str) -> None:
    (folder / name).write_text(text)


def read(folder, text: str, **source):
    put(folder, "jobs.csv", text)
    return read_source("jobs", Source(path="jobs.csv", **source), folder, wanted=WANTED)


def refused(folder, text: str, kind: type = SourceError, **source) -> str:
    with pytest.raises(kind) as caught:
        read(folder, text, **source)
    assert "SECRET" not in str(caught.value)
    return str(caught.value)


def test_only_wanted_columns_are_read_and_all_headers_are_known(tmp_path):
    raw = read(tmp_path, "person_id,Surname,grade\n1,SECRET,2\n")
    assert list(raw.frame.columns) == ["person_id", "grade"]
    assert raw.headers == ("person_id", "Surname", "grade")
    none = read_source("people", Source(path="jobs.csv"), tmp_path, wanted=frozenset())
    assert (none.frame.shape, none.headers) == ((1, 0), raw.headers)


def test_of_alternatives_the_one_that_is_there_is_read(tmp_path):
    columns = {"person_id": "Employee ID | Worker | Person Number"}
    for header in ("Employee ID", "Worker", "Person Number"):
        raw = read(tmp_path, f"{header},grade\n007,2\n", columns=columns)
        assert raw.frame["person_id"].tolist() == ["007"]
    message = refused(tmp_path, "Worker,Employee ID\nSECRET,1\n", columns=columns)
    assert "jobs.csv has both Employee ID and Worker, and each could be person_id" in message
    message = refused(tmp_path, "Employe ID,grade\nSECRET,1\n", columns=columns)
    assert "no column Employee ID. The header nearest to Employee ID is Employe ID." in message


def test_a_header_with_a_bar_in_it_is_one_header(tmp_path):
    raw = read(tmp_path, '"Id | old";grade\n007;1\n', columns={"person_id": "Id | old"})
    assert raw.frame["person_id"].tolist() == ["007"]


def test_one_header_may_serve_two_of_our_columns(tmp_path):
    columns = {"event_code": "Action", "exit_kind": "Action", "site": ""}
    raw = read(tmp_path, "person_id,Action,site\n1,RESIGNATION,SECRET\n", columns=columns)
    assert raw.frame["event_code"].tolist() == raw.frame["exit_kind"].tolist() == ["RESIGNATION"]
    assert raw.frame["site"].isna().all()
    assert raw.frame["event_code"].name == "event_code"


def test_a_column_declared_under_extra_must_be_there_and_may_be_mapped(tmp_path):
    text = "person_id,Team,Kids\n1,x,2\n"
    raw = read(
        tmp_path, text, extra={"Team": "text", "children": "number"}, columns={"children": "Kids"}
    )
    assert raw.frame["Team"].tolist() == ["x"]
    assert raw.frame["children"].tolist() == ["2"]
    message = refused(tmp_path, text, extra={"team": "text"})
    assert "no column team. The header nearest to team is Team." in message
    assert "correct the name under `extra`" in message


def test_a_column_that_the_source_does_not_have_is_refused(tmp_path):
    message = refused(tmp_path, "person_id\n1\n", StudyError, columns={"persn_id": "person_id"})
    assert "sources.jobs.columns names persn_id, which jobs does not have" in message


def test_records_of_another_kind_are_set_aside_and_counted_by_the_first_rule_they_break(tmp_path):
    keep = (
        KeptRows(column="Type | Worker type", values=("E", "Employee"), reason="no employee"),
        KeptRows(column="Submitted", reason="not submitted"),
    )
    text = "person_id,Worker type,Submitted\n1,E,x\n2,C,x\n3,C,\n4,Employee,\n,E,x\n5,E,y\n"
    raw = read(tmp_path, text, keep=keep, needed=("person_id",))
    assert raw.frame["person_id"].tolist() == ["1", "5"]
    assert raw.lines.tolist() == [2, 7]
    assert raw.set_aside == {"no employee": 2, "not submitted": 1, "without person_id": 1}
    assert list(raw.frame.columns) == ["person_id"]
    message = refused(tmp_path, "person_id,worker_type,Submitted\n1,E,x\n", keep=keep)
    assert "no column Type" in message
    message = refused(tmp_path, "grade\n1\n", needed=("person_id",))
    assert "no column person_id" in message


def test_totals_among_records_that_are_set_aside_do_not_matter(tmp_path):
    keep = (KeptRows(column="Kind", values=("E",), reason="another kind"),)
    raw = read(tmp_path, "person_id,Kind\nTotal,T\n1,E\n", keep=keep)
    assert raw.frame["person_id"].tolist() == ["1"]


def test_items_of_questionnaires_come_under_their_names_in_the_study(tmp_path):
    put(
        tmp_path,
        "survey.csv",
        '"id","submitdate","token","JOB[SQ001]","JOB[SQ002]"\n'
        '"1","2020-06-10 10:15:00","007","5",""\n"2","","008","1","1"\n',
    )
    source = Source(
        path="survey.csv",
        columns={
            "person_id": "token",
            "answered_on": "submitdate",
            "js1": "JOB[SQ001]",
            "js2": "JOB[SQ002]",
        },
        keep=(KeptRows(column="submitdate", reason="not finished"),),
    )
    raw = read_source("survey", source, tmp_path, wanted=ITEMS)
    assert raw.frame.fillna("-").values.tolist() == [["007", "2020-06-10 10:15:00", "5", "-"]]
    assert raw.set_aside == {"not finished": 1}


def test_the_wave_is_found_in_one_place_only(tmp_path):
    put(tmp_path, "survey_2.csv", "person_id,wave,Round\n1,7,8\n")
    path = "survey_*.csv"
    source = Source(path=path, wave="from_file_name")
    assert read_source("survey", source, tmp_path, wanted=ITEMS).frame["wave"].tolist() == ["2"]
    source = Source(path=path, wave="from_file_name", columns={"wave": "Round"})
    with pytest.raises(StudyError, match="names a column for it too"):
        read_source("survey", source, tmp_path, wanted=ITEMS)


def test_how_several_files_were_read_is_said_once_where_it_is_the_same(tmp_path):
    put(tmp_path, "survey_1.csv", "person_id,js1\n1,2\n")
    put(tmp_path, "survey_2.csv", "person_id,js1\n1,2\n")
    source = Source(path="survey_*.csv", wave="from_file_name")
    raw = read_source("survey", source, tmp_path, wanted=ITEMS)
    assert raw.form == "text, UTF-8, commas"
    put(tmp_path, "survey_2.csv", "person_id;js1 \n1;2\n")
    raw = read_source("survey", source, tmp_path, wanted=ITEMS)
    assert raw.form == ("survey_1.csv: text, UTF-8, commas; survey_2.csv: text, UTF-8, semicolons")
    assert raw.notes == ("survey_2.csv: spaces or line breaks taken out of the column names js1",)


def test_the_layout_of_the_profile_is_under_that_of_the_study_file(tmp_path):
    put(tmp_path, "job.csv", "EMPLID,EFFDT\n007,2020-01-31\n")
    source = Source(path="job.csv", columns={"grade": "EMPLID"}, extracted_on=None)
    raw = read_source("jobs", source, tmp_path, wanted=WANTED)
    assert raw.layout.columns == {"grade": "EMPLID"}
    assert raw.frame["grade"].tolist() == ["007"]
