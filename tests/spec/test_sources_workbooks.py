"""Workbooks: cells as text, and what a spreadsheet hides or has changed is refused."""

from datetime import date, datetime, time, timedelta

import pytest
import xlsxwriter

from mentor_outcomes.errors import SourceError
from mentor_outcomes.sources import read_source
from mentor_outcomes.study import Source
from tests.workbooks import ERROR, WRITERS, add_xlsx_sheet, edited, write_xlsx

WANTED = frozenset({"person_id", "hired_on", "left_on", "grade", "fte", "site"})


def read(folder, name: str = "jobs.xlsx", **source):
    return read_source("jobs", Source(path=name, **source), folder, wanted=WANTED)


def refused(folder, name: str = "jobs.xlsx", **source) -> str:
    with pytest.raises(SourceError) as caught:
        read(folder, name, **source)
    assert caught.value.__context__ is None
    assert "SECRET" not in str(caught.value)
    return str(caught.value)


def refused_rows(folder, rows) -> str:
    write_xlsx(folder / "jobs.xlsx", rows)
    return refused(folder)


@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".ods", ".xlsb"])
def test_cells_come_in_as_text_from_every_kind_of_workbook(tmp_path, ending):
    rows = [
        ["person_id", "grade", "fte", "site", "other"],
        ["007", 7, 0.1, True, "SECRET"],
        ["008", 39081.55, 1, None, None],
    ]
    WRITERS[ending](tmp_path / f"jobs{ending}", rows)
    raw = read(tmp_path, f"jobs{ending}")
    assert list(raw.frame.columns) == ["person_id", "grade", "fte", "site"]
    assert raw.frame["person_id"].tolist() == ["007", "008"]
    assert raw.frame["grade"].tolist() == ["7", "39081.55"]
    assert raw.frame["fte"].tolist() == ["0.1", "1"]
    assert raw.frame["site"].fillna("-").tolist() == ["true", "-"]
    assert raw.numeric == {"grade", "fte"}
    assert raw.lines.tolist() == [2, 3]
    assert raw.form == "workbook, sheet Data"


@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".ods", ".xlsb"])
def test_an_error_cell_is_refused_with_its_place_unless_its_column_is_not_read(tmp_path, ending):
    rows = [["person_id", "grade", "x"], ["1", 1, None], ["SECRET", ERROR, ERROR], ["3", ERROR, 1]]
    WRITERS[ending](tmp_path / f"jobs{ending}", rows)
    message = refused(tmp_path, f"jobs{ending}")
    assert f"row 3 of jobs{ending} has an error such as #N/A in the column grade" in message
    assert "1 more such place." in message
    raw = read(tmp_path, f"jobs{ending}", columns={"grade": ""})
    assert raw.frame["person_id"].tolist() == ["1", "SECRET", "3"]


@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".ods"])
def test_dates_are_written_as_iso_text(tmp_path, ending):
    rows = [["person_id", "hired_on", "left_on"], ["1", date(2020, 1, 31), None]]
    rows.append(["2", date(1999, 12, 1), date(9999, 12, 31)])
    WRITERS[ending](tmp_path / f"jobs{ending}", rows)
    raw = read(tmp_path, f"jobs{ending}")
    assert raw.frame["hired_on"].tolist() == ["2020-01-31", "1999-12-01"]
    assert raw.frame["left_on"].fillna("-").tolist() == ["-", "9999-12-31"]
    assert raw.numeric == frozenset()


def test_moments_keep_their_time_and_durations_their_hours(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "jobs.xlsx")) as workbook:
        worksheet = add_xlsx_sheet(workbook, "Data", [["hired_on", "left_on", "fte", "site"]])
        moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        worksheet.write_datetime(1, 0, datetime(2020, 1, 31, 12, 30, 15), moment)
        worksheet.write_datetime(1, 1, datetime(2020, 1, 31), moment)
        hours = workbook.add_format({"num_format": "[h]:mm"})
        worksheet.write_datetime(1, 2, timedelta(hours=36), hours)
        worksheet.write_datetime(1, 3, time(8, 15), workbook.add_format({"num_format": "hh:mm"}))
    row = read(tmp_path).frame.iloc[0]
    assert row.tolist() == ["2020-01-31 12:30:15", "2020-01-31", "36:00:00", "08:15:00"]


def test_an_id_that_a_spreadsheet_has_made_a_number_is_told_apart(tmp_path):
    write_xlsx(
        tmp_path / "jobs.xlsx",
        [["person_id"], ["007"], [8], [12345678901234567890], [123456789012345]],
    )
    raw = read(tmp_path)
    assert raw.numeric == {"person_id"}
    assert raw.notes == ("person_id: 3 cells are numbers and 1 are text",)
    assert raw.frame["person_id"].tolist() == [
        "007",
        "8",
        "1.234567890123457e+19",
        "123456789012345",
    ]


def test_one_of_several_sheets_must_be_named(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "jobs.xlsx")) as workbook:
        add_xlsx_sheet(workbook, "Notes", [["SECRET"]])
        add_xlsx_sheet(workbook, "A & B", [["person_id", "grade"], ["1", ERROR]])
        add_xlsx_sheet(workbook, "Old", [["person_id"], ["2"]]).hide()
        add_xlsx_sheet(workbook, "Empty", [])
    assert "jobs.xlsx has 4 sheets: Notes, A & B, Old, Empty." in refused(tmp_path)
    assert "no sheet Jobs; it has Notes, A & B, Old, Empty" in refused(tmp_path, sheet="Jobs")
    assert "row 2 of jobs.xlsx has an error" in refused(tmp_path, sheet="A & B")
    assert read(tmp_path, sheet="Old").frame["person_id"].tolist() == ["2"]
    assert "the sheet Empty of jobs.xlsx is empty" in refused(tmp_path, sheet="Empty")


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([["Report SECRET", None], ["person_id", "grade"], ["1", 2]], "row 1 of jobs.xlsx has"),
        ([[None, None], ["person_id", "grade"], ["1", 2]], "jobs.xlsx begins with an empty row"),
        ([["person_id", None, "grade"], ["1", 2, 3]], "columns without a name: 1 of 3"),
        ([["person_id", "grade", "grade "], ["1", 2, 3]], "row 1 of jobs.xlsx has grade more than"),
        ([["person_id", "grade"]], "jobs.xlsx has a header and no rows"),
        ([["person_id"], ["1"], [None], ["2"]], "row 3 of jobs.xlsx is empty, and rows below"),
        (
            [["person_id", "grade"], ["1", 2], ["Total", 2]],
            "row 3 of jobs.xlsx, the last, is a row",
        ),
        ([["person_id", "grade"], ["1", 2], [None, "Summe"]], "row 3 of jobs.xlsx, the last, is"),
        ([["x", "person_id"], ["a", "1"], ["Gesamt", None]], "row 3 of jobs.xlsx, the last, is"),
        ([["person_id", "grade"], ["Total", 2], ["1", 2]], "line 2 of jobs.xlsx has the word for"),
        ([["1", 43861, "SECRET"], ["2", 43862, "x"]], "headers of jobs.xlsx look like values"),
        ([["person_id", date(2020, 1, 31)], ["2", 43862]], "headers of jobs.xlsx look like values"),
        (
            [["hired_on"], [date(2020, 5, 2)], ["25/02/2020"], ["26/02/2020"]],
            "hired_on of jobs.xlsx has dates, and 2 cells of text that look like dates (first in "
            "row 3)",
        ),
        (
            [["person_id", "hired_on"], ["1", "2020-01-31"], [None, "Total"]],
            "row 3 of jobs.xlsx, the last, is a row of totals",
        ),
    ],
)
def test_a_sheet_that_is_no_table_is_refused_with_the_row(tmp_path, rows, found):
    assert found in refused_rows(tmp_path, rows)


def test_merged_cells_are_refused_where_they_are_read(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "jobs.xlsx")) as workbook:
        rows = [["person_id", "site", "x"], ["1", None, 1], ["2", None, 1], ["3", "b", 1]]
        worksheet = add_xlsx_sheet(workbook, "Data", rows)
        worksheet.merge_range(1, 1, 2, 1, "SECRET")
    assert "row 2 of jobs.xlsx has merged cells" in refused(tmp_path)
    assert len(read(tmp_path, columns={"site": ""}).frame) == 3
    with xlsxwriter.Workbook(str(tmp_path / "jobs.xlsx")) as workbook:
        worksheet = add_xlsx_sheet(workbook, "Data", [[None], ["person_id", "grade"], ["1", 2]])
        worksheet.merge_range(0, 0, 0, 1, "Report SECRET")
    assert "the header in row 1 of jobs.xlsx has columns without a name" in refused(tmp_path)


def test_a_formula_whose_result_was_never_stored_is_refused(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "jobs.xlsx")) as workbook:
        worksheet = add_xlsx_sheet(
            workbook, "Data", [["person_id", "grade"], ["1", 1], ["2", None]]
        )
        worksheet.write_formula(2, 1, "=B2+1", None, 2)
    assert read(tmp_path).frame["grade"].tolist() == ["1", "2"]
    content = (tmp_path / "jobs.xlsx").read_bytes()
    sheet = "xl/worksheets/sheet1.xml"
    for new in (b"<f>B2+1</f></c>", b"<f>B2+1</f><v></v></c>", b"<f>B2+1</f><v/></c>"):
        (tmp_path / "jobs.xlsx").write_bytes(
            edited(content, sheet, b"<f>B2+1</f><v>2</v></c>", new)
        )
        assert "row 3 of jobs.xlsx has a formula without a stored result" in refused(tmp_path)


def test_empty_rows_below_and_columns_to_the_right_are_only_formatted(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "jobs.xlsx")) as workbook:
        worksheet = add_xlsx_sheet(workbook, "Data", [["person_id"], ["1"]])
        bold = workbook.add_format({"bold": True})
        worksheet.write_blank(0, 3, None, bold)
        worksheet.write_blank(9, 0, None, bold)
    raw = read(tmp_path)
    assert (raw.headers, raw.lines.tolist()) == (("person_id",), [2])


def test_a_name_over_two_lines_of_its_cell_is_one_name(tmp_path):
    write_xlsx(tmp_path / "jobs.xlsx", [["Employee\nID ", "grade"], ["1", 1]])
    raw = read(tmp_path, columns={"person_id": "Employee ID"})
    assert raw.frame["person_id"].tolist() == ["1"]
    assert "taken out of the column names Employee ID" in raw.notes[0]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "is no workbook by its first bytes, but something else"),
        (b"<html><table><tr><td>SECRET", "is no workbook by its first bytes, but a web page"),
        (b"person_id,grade\n1,SECRET\n", "is no workbook by its first bytes"),
        (b"PK\x03\x04SECRET", "is damaged"),
    ],
)
def test_what_only_ends_like_a_workbook_is_refused(tmp_path, content, found):
    for name in ("jobs.xls", "jobs.xlsx"):
        (tmp_path / name).write_bytes(content)
        assert found in refused(tmp_path, name)
    assert "there is no file gone.xlsx" in refused(tmp_path, "gone.xlsx")


def test_dates_counted_from_1904_are_the_same_days(tmp_path):
    options = {"date_1904": True, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(str(tmp_path / "jobs.xlsx"), options) as workbook:
        add_xlsx_sheet(workbook, "Data", [["hired_on"], [date(2020, 1, 31)]])
    assert read(tmp_path).frame["hired_on"].tolist() == ["2020-01-31"]
