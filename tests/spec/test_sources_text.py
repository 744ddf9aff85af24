"""Delimited text: encoding and delimiter are found and reported, and doubt is refused."""

import codecs

import pytest

from mentor_outcomes.errors import MentorOutcomesError, SourceError, StudyError
from mentor_outcomes.sources import read_source
from mentor_outcomes.study import Source

WANTED = frozenset({"person_id", "job_family", "grade", "fte", "unit_id"})


def read(folder, content: bytes, name: str = "jobs.csv", **source):
    (folder / name).write_bytes(content)
    return read_source("jobs", Source(path=name, **source), folder, wanted=WANTED)


def refused(folder, content: bytes, kind: type = SourceError, **source) -> str:
    with pytest.raises(kind) as caught:
        read(folder, content, **source)
    assert caught.value.__context__ is None, "a chained error would quote the row"
    assert "SECRET" not in str(caught.value)
    return str(caught.value)


UMLAUTS = "person_id,job_family\n007,Büro\n"


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"person_id,job_family\n007,Bureau\n", "text, UTF-8, commas"),
        (UMLAUTS.encode(), "text, UTF-8, commas"),
        (UMLAUTS.encode("utf-8-sig"), "text, UTF-8 with byte-order mark, commas"),
        (
            codecs.BOM_UTF16_LE + UMLAUTS.encode("utf-16-le"),
            "text, UTF-16, little-endian with byte-order mark, commas",
        ),
        (
            codecs.BOM_UTF16_BE + UMLAUTS.encode("utf-16-be"),
            "text, UTF-16, big-endian with byte-order mark, commas",
        ),
        (UMLAUTS.encode("latin-1"), "text, Windows-1252 (not UTF-8; with ü), commas"),
        (
            "person_id;job_family\n007;L\u2019équipe \u2013 1\n".encode("cp1252"),
            "text, Windows-1252 (not UTF-8; with é \u2013 \u2019), semicolons",
        ),
        (b"person_id\tjob_family\r\n007\tA, b; c\r\n", "text, UTF-8, tabs"),
        (b"person_id|job_family\r007|A\r", "text, UTF-8, bars"),
        (b"person_id\n007\n", "text, UTF-8, one column"),
        (b"sep=;\nperson_id;grade\n007;2\n", "text, UTF-8, semicolons (named in its first line)"),
    ],
)
def test_encoding_and_delimiter_are_found_and_reported(tmp_path, content, form):
    raw = read(tmp_path, content)
    assert raw.form == form
    assert raw.frame["person_id"].tolist() == ["007"]


def test_letters_beyond_ascii_come_in_as_they_are(tmp_path):
    text = "person_id;job_family\n1;Größe\n2;L\u2019équipe\n3;Señor\n4;Ångström\n5;ª 1° «x»\n"
    expected = ["Größe", "L\u2019équipe", "Señor", "Ångström", "ª 1° «x»"]
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert read(tmp_path, text.encode(encoding)).frame["job_family"].tolist() == expected


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Petrow Иванов", "cp1251"),
        ("Παπαδόπουλος", "cp1253"),
        ("Wałęsa", "cp1250"),
        ("Łukasz", "cp1250"),
        ("Müller", "cp850"),
        ("René", "cp850"),
        ("Müller", "mac-roman"),
        ("山田太郎", "shift-jis"),
        ("山田", "gb18030"),
    ],
)
def test_what_could_be_another_encoding_is_refused_and_read_when_it_is_declared(
    tmp_path, text, encoding
):
    content = f"person_id,job_family\n1,SECRET\n2,{text}\n".encode(encoding)
    assert "(line 3): its encoding cannot be told" in refused(tmp_path, content)
    raw = read(tmp_path, content, encoding=encoding)
    assert raw.frame["job_family"].tolist() == ["SECRET", text]
    assert raw.form == f"text, {encoding}, as declared, commas"


def test_an_encoding_that_does_not_fit_or_exist_is_refused(tmp_path):
    content = UMLAUTS.encode("latin-1")
    assert "not utf-8 text (line 2)" in refused(tmp_path, content, encoding="utf-8")
    assert "`encoding` is utf-9" in refused(tmp_path, content, StudyError, encoding="utf-9")
    assert "`encoding` is base64" in refused(tmp_path, content, StudyError, encoding="base64")
    marked = UMLAUTS.encode("utf-8-sig")
    assert "byte-order mark of UTF-8" in refused(tmp_path, marked, encoding="cp1252")
    assert read(tmp_path, marked, encoding="UTF8").frame["job_family"].tolist() == ["Büro"]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"person_id,grade\n1,SECRET\0\n", "a NUL character (first in line 2)"),
        (UMLAUTS.encode("utf-16-le"), "NUL bytes"),
        (b"person_id,grade\n1,SECRET\x1a\n", "control characters (first in line 2)"),
        (b"PK\x03\x04SECRET", "jobs.csv is a zip archive or a workbook (.xlsx) by its first bytes"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old workbook (.xls)"),
        (b"\n<html><table>SECRET", "a web page"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08", "a compressed file"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path, content, found):
    assert found in refused(tmp_path, content)


def test_a_delimiter_that_cannot_be_told_is_refused_and_used_when_it_is_declared(tmp_path):
    both = b"person_id,grade;fte\n1,2;3\n4,5;6\n"
    assert "could end at commas and semicolons: every line fits both" in refused(tmp_path, both)
    raw = read(tmp_path, both, delimiter=";", columns={"person_id": "person_id,grade"})
    assert raw.frame["person_id"].tolist() == ["1,2", "4,5"]
    none = b"person_id,grade;fte\n1,2;3;4\n4,5,6;6\n"
    assert "no sign fits every line" in refused(tmp_path, none)
    assert "`delimiter` is '::'" in refused(tmp_path, none, StudyError, delimiter="::")
    raw = read(tmp_path, b"person_id^grade\n1^2\n", delimiter="^")
    assert raw.frame["grade"].tolist() == ["2"]


def test_decimal_commas_do_not_make_a_comma_the_delimiter(tmp_path):
    raw = read(tmp_path, b"person_id;fte\n1;0,5\n2;1,0\n")
    assert raw.frame["fte"].tolist() == ["0,5", "1,0"]
    raw = read(tmp_path, b'"person_id","fte"\n"1","0;5"\n"2","1;0"\n')
    assert raw.frame["fte"].tolist() == ["0;5", "1;0"]


def test_quotes_inside_a_value_that_has_none_around_are_kept(tmp_path):
    raw = read(tmp_path, 'person_id,job_family\n1,5" pipes\n2,"a ""b"""\n3,ü\n'.encode())
    assert raw.frame["job_family"].tolist() == ['5" pipes', 'a "b"', "ü"]
    assert raw.lines.tolist() == [2, 3, 4]


def test_ids_that_are_wrapped_so_that_spreadsheets_keep_their_zeros_are_unwrapped(tmp_path):
    content = b'person_id,job_family\n="007",a\n"=""008""","b=""c"""\n="",x\n009,="\n'
    raw = read(tmp_path, content)
    assert raw.frame["person_id"].fillna("-").tolist() == ["007", "008", "-", "009"]
    assert raw.frame["job_family"].tolist() == ["a", 'b="c"', "x", '="']
    assert raw.notes == ('person_id: 3 values written as ="..." are unwrapped',)


def test_lines_are_those_of_the_file_whatever_ends_them_and_stands_within_values(tmp_path):
    for end in ("\n", "\r\n", "\r"):
        text = end.join(["person_id,job_family", f'1,"a{end}b{end}{end}c"', "2,x", '"3",'])
        raw = read(tmp_path, (text + end * 3).encode())
        assert raw.lines.tolist() == [2, 6, 7]
        assert raw.frame["job_family"].fillna("-").tolist() == [f"a{end}b{end}{end}c", "x", "-"]


def test_the_line_after_a_named_separator_is_counted(tmp_path):
    raw = read(tmp_path, b"sep=;\r\nperson_id;grade\r\n007;2\r\n")
    assert raw.lines.tolist() == [3]
    assert "line 3 of jobs.csv has 1 field" in refused(tmp_path, b"sep=;\nperson_id;grade\n007\n")


def test_spaces_around_values_stay_and_spaces_around_names_go_with_a_note(tmp_path):
    raw = read(tmp_path, b" person_id ,job  family\n 1, \n", columns={"job_family": "job family"})
    assert raw.frame["person_id"].tolist() == [" 1"]
    assert raw.frame["job_family"].tolist() == [" "]
    assert raw.headers == ("person_id", "job family")
    assert raw.notes == (
        "spaces or line breaks taken out of the column names person_id, job family",
    )


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"person_id,grade, grade\n1,2,3\n", "line 1 of jobs.csv has grade more than once"),
        (b"person_id,,\n1,2,3\n", "columns without a name: 2 of 3. A title"),
        (
            b"Report SECRET\n\nperson_id,grade\n1,2\n3,4\n5,6\n",
            "line 1 of jobs.csv has 1 field, and from line 3 on every line has 2: a title",
        ),
        (b"Report\nperson_id;grade\n1;2\n", "from line 2 on every line has 2: a title"),
        (b"1,2020-01-31,SECRET\n2,2020-01-31,x\n", "headers of jobs.csv look like values"),
    ],
)
def test_a_header_that_is_none_is_refused(tmp_path, content, found):
    assert found in refused(tmp_path, content)


@pytest.mark.parametrize(
    ("last", "is_refused"),
    [
        ("Total,17", True),
        ("Grand Total:,17", True),
        (",Summe", True),
        ("Count: 2,", True),
        ("ИТОГО,3", True),
        ("Sous-total,3", True),
        ("3,Total", False),
        ("Totalis,3", False),
    ],
)
def test_a_row_of_totals_at_the_bottom_is_refused(tmp_path, last, is_refused):
    content = f"person_id,job_family\n1,a\n{last}\n".encode()
    if is_refused:
        assert "line 3 of jobs.csv, the last, is a row of totals" in refused(tmp_path, content)
    else:
        assert len(read(tmp_path, content).frame) == 2


def test_a_total_in_a_column_that_is_not_read_and_between_the_records_is_refused_too(tmp_path):
    content = b"Name,person_id,grade\nx,1,2\nTotal,,2\n"
    assert "line 3 of jobs.csv, the last, is a row of totals" in refused(tmp_path, content)
    content = b"person_id,grade\n1,2\nSubtotal,2\n3,4\n"
    assert "line 3 of jobs.csv has the word for a total as person_id" in refused(tmp_path, content)


def test_two_header_rows_with_the_names_in_either(tmp_path):
    content = b"STATUS,USERID\nStatus,User\nactive,007\n"
    raw = read(tmp_path, content, header_rows=2, columns={"person_id": "USERID"})
    assert (raw.frame["person_id"].tolist(), raw.lines.tolist()) == (["007"], [3])
    raw = read(tmp_path, content, header_rows=2, names_in_row=2, columns={"person_id": "User"})
    assert raw.headers == ("Status", "User")
    message = refused(tmp_path, content, StudyError, header_rows=1, names_in_row=2)
    assert "`names_in_row` of a source is 2, and `header_rows` is 1" in message


def test_a_very_long_value_is_read_and_one_that_never_ends_is_refused(tmp_path):
    long = "x" * 3_000_000
    raw = read(tmp_path, f"person_id,job_family\n1,{long}\n2,y\n".encode())
    assert raw.frame["job_family"].tolist() == [long, "y"]
    with pytest.raises(MentorOutcomesError):
        read(tmp_path, f'person_id,job_family\n1,"{long}\n2,y\n'.encode())


def test_a_file_of_no_known_ending_is_refused_with_the_list(tmp_path):
    for name in ("jobs.json", "jobs"):
        with pytest.raises(SourceError, match=r"one of \.csv, \.txt, .*\.duckdb"):
            read(tmp_path, b"person_id\n1\n", name=name)
    for name in ("JOBS.CSV", "jobs.txt", "jobs.tsv"):
        assert len(read(tmp_path, b"person_id\n1\n", name=name).frame) == 1
