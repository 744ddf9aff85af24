"""Files of Oracle's HCM Data Loader: the named component, escapes and instructions."""

import pytest

from mentor_outcomes.errors import SourceError
from mentor_outcomes.sources import read_source
from mentor_outcomes.study import Source

WANTED = frozenset({"person_id", "effective_on", "job_family"})
COLUMNS = {"person_id": "PersonNumber", "effective_on": "EffectiveStartDate", "job_family": "Name"}
TWO = """COMMENT an extract
SET PURGE_FUTURE_CHANGES N

METADATA|Worker|PersonNumber|DateOfBirth
METADATA|Assignment|PersonNumber|EffectiveStartDate|Name
MERGE|Worker|SECRET|1980/01/01
MERGE|Assignment|007|2020/01/31|Sales\\|Service\\nNorth \\\\ \\x
COMMENT|SECRET
MERGE|Assignment|008|2020/02/29|
"""


def read(folder, text: str, table: str | None = "Assignment", **source):
    (folder / "Worker.dat").write_bytes(text.encode())
    given = Source(path="Worker.dat", table=table, columns=COLUMNS, **source)
    return read_source("jobs", given, folder, wanted=WANTED)


def refused(folder, text: str, **source) -> str:
    with pytest.raises(SourceError) as caught:
        read(folder, text, **source)
    assert caught.value.__context__ is None
    assert "SECRET" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_one_component_of_several_is_read_with_what_was_escaped(tmp_path, end):
    raw = read(tmp_path, TWO.replace("\n", end))
    assert raw.frame["person_id"].tolist() == ["007", "008"]
    assert raw.frame["effective_on"].tolist() == ["2020/01/31", "2020/02/29"]
    assert raw.frame["job_family"].fillna("-").tolist() == ["Sales|Service\nNorth \\ \\x", "-"]
    assert raw.lines.tolist() == [7, 9]
    assert raw.form == "Oracle HCM Data Loader, Assignment, UTF-8"


def test_the_only_component_needs_no_name_and_of_several_one_must_be_named(tmp_path):
    message = refused(tmp_path, TWO, table=None)
    assert "Worker.dat has 2 components: Worker, Assignment." in message
    message = refused(tmp_path, TWO, table="WorkTerms")
    assert "no component WorkTerms; it has Worker, Assignment" in message
    one = "METADATA|A|PersonNumber|EffectiveStartDate|Name\nMERGE|A|007|2020/01/31|x\n"
    assert read(tmp_path, one, table=None).frame["person_id"].tolist() == ["007"]


def test_reserved_characters_may_be_set_anew(tmp_path):
    text = (
        "SET FILE_DELIMITER ,\nSET FILE_NEW_LINE newline\nSET FILE_ESCAPE !\n"
        "METADATA,A,PersonNumber,EffectiveStartDate,Name\n"
        "MERGE,A,007,2020/01/31,a!,b|c!newlined!!\\n\n"
    )
    assert read(tmp_path, text, table=None).frame["job_family"].tolist() == ["a,b|c\nd!\\n"]


HEAD = "METADATA|A|PersonNumber|EffectiveStartDate|Name\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "has no METADATA line"),
        ("person_id|grade\n1|SECRET\n", "line 1 of Worker.dat has no METADATA or MERGE"),
        ("MERGE|A|SECRET|x|y\n", "line 1 of Worker.dat has a record above the METADATA line"),
        (HEAD, "has a header and no rows"),
        (HEAD + "MERGE|A|1|SECRET\n", "line 2 of Worker.dat has 2 values"),
        (HEAD + "MERGE|A|1|2|x|SECRET\n", "line 2 of Worker.dat has 4 values"),
        (HEAD + HEAD, "line 2 of Worker.dat is a second METADATA line of A"),
        (HEAD + "DELETE|A|SECRET|2|x\n", "line 2 of Worker.dat has a DELETE instruction"),
        (HEAD + "SECRET\n", "line 2 of Worker.dat has no METADATA or MERGE instruction"),
        (HEAD + "SET FILE_DELIMITER ,\n", "line 2 of Worker.dat is a SET line below METADATA"),
        ("METADATA|A|PersonNumber||Name\nMERGE|A|1|2|3\n", "columns without a name: 1 of 3"),
        ("METADATA|A|Name|Name\nMERGE|A|1|2\n", "line 1 of Worker.dat has Name more than once"),
    ],
)
def test_what_is_no_loader_file_is_refused_with_the_line(tmp_path, text, found):
    assert found in refused(tmp_path, text, table=None)
