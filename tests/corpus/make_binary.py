"""Writes the binary files of the corpus: workbooks, SPSS and Stata files, Parquet, DuckDB.

Run from the project's folder as `python -m tests.corpus.make_binary`, and commit what changed. The
headers of SPSS and Stata files hold the moment they were written, so that their bytes differ.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyreadstat
import xlsxwriter
import xlwt
from pyarrow import parquet

CORPUS = Path(__file__).parent
FIXED_DAY = datetime(2021, 12, 31)
PEOPLE = ["person_id", "birth_year", "gender", "education"]
PAY = ["person_id", "effective_on", "annual_pay"]
LEAVES = ["person_id", "from", "until"]
JOBS = [
    *("person_id", "effective_on", "sequence", "grade", "job_family", "unit_id", "site"),
    *("manager_id", "fte", "event_code"),
]


def main() -> None:
    for write in (ids, workbooks, odd_workbooks, disguises, statistical, waves_of_labels, stored):
        write()


def workbook(
    name: str,
    sheets: dict[str, Sequence[Sequence[object]]],
    after: Callable[[xlsxwriter.Workbook, dict], None] | None = None,
    **settings: object,
) -> None:
    """Rows of cells as they are: text, numbers, dates. `after` adds what rows cannot say."""
    form = {"default_date_format": "dd.mm.yyyy"}
    book = xlsxwriter.Workbook(CORPUS / name, form | settings)
    book.set_properties({"created": FIXED_DAY, "author": ""})
    pages = {}
    for title, rows in sheets.items():
        pages[title] = book.add_worksheet(title)
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                _write(pages[title], place, column, cell)
    if after is not None:
        after(book, pages)
    book.close()


def _write(page, row: int, column: int, cell: object) -> None:
    if isinstance(cell, str):
        page.write_string(row, column, cell)
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell)
    elif cell is not None:
        page.write(row, column, cell)


def ids() -> None:
    """Ids as numbers and as text."""
    rest = [[1990, "woman", "master"], [1985, "man", "bachelor"], [1979, "woman", None]]
    as_numbers = [[71001 + n, *row] for n, row in enumerate(rest)]
    as_text = [[f"007100{n + 1}", *row] for n, row in enumerate(rest)]
    workbook("lost_zeros/people_numbers.xlsx", {"Export": [PEOPLE, *as_numbers]})
    workbook("lost_zeros/people_text.xlsx", {"Export": [PEOPLE, *as_text]})
    workbook("lost_zeros/people_mixed.xlsx", {"Export": [PEOPLE, as_text[0], *as_numbers[1:]]})
    frame = pd.DataFrame(as_numbers, columns=PEOPLE).astype({"education": object})
    frame["education"] = frame["education"].fillna("")
    pyreadstat.write_sav(frame, str(CORPUS / "lost_zeros/people_numbers.sav"))
    table = pa.table(
        {
            "person_id": pa.array([71001, 71004], pa.int64()),
            "effective_on": pa.array([date(2018, 3, 1), date(2019, 1, 1)]),
            "annual_pay": pa.array([40000.0, 36000.0]),
        }
    )
    parquet.write_table(table, CORPUS / "lost_zeros/pay_bigint.parquet")


def workbooks() -> None:
    """Workbooks that are right, and what is merely odd."""
    leaves = [LEAVES, ["0071005", date(2020, 3, 1), date(2020, 8, 31)]]
    leaves.append(["0071006", date(2021, 11, 1), None])
    pay = [PAY, ["0071001", date(2018, 3, 1), 40000.5], ["0071004", date(2019, 1, 31), 36000]]
    notes = [["About this export"], ["made by Ada Quillfeather"]]
    folder = "spreadsheets"
    workbook(f"{folder}/typed.xlsx", {"Export": leaves})
    workbook(f"{folder}/several_sheets.xlsx", {"Notes": notes, "Pay": pay, "Leaves": leaves})
    jobs = [JOBS, ["0071001", date(2018, 3, 1), 1, 2, "sales", "U1", "north", "0071008", 1, "hire"]]
    jobs.append(
        ["0071004", date(2019, 1, 1), 1, 1, "finance", "U2", "south", "0071007", 0.8, "hire"]
    )
    workbook(f"{folder}/percent_format.xlsx", {"Export": jobs}, _as_percent)
    log = [["userId", "startDate", "seqNumber", "event", "eventReason"]]
    log += [["0071001", date(2018, 3, 1), 1, "H", "NEWHIRE"]]
    log += [["0071003", date(2016, 5, 1), 1, "H", "NEWHIRE"]]
    log += [["0071003", date(2020, 9, 16), 1, 26, "TERDIS"]]
    workbook(f"{folder}/codes_as_numbers.xlsx", {"EmpJob": log})
    old = xlwt.Workbook()
    page = old.add_sheet("Export")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for place, row in enumerate(pay):
        for column, cell in enumerate(row):
            page.write(place, column, cell, *([day] if isinstance(cell, date) else []))
    old.save(str(CORPUS / f"{folder}/old_format.xls"))


def _as_percent(book: xlsxwriter.Workbook, pages: dict) -> None:
    page = pages["Export"]
    percent = book.add_format({"num_format": "0%"})
    page.write(1, 8, 1, percent)
    page.write(2, 8, 0.8, percent)


def odd_workbooks() -> None:
    """Workbooks that must be refused, or lose a row to the quarantine."""
    one, two = ["0071001", date(2018, 3, 1), 40000], ["0071004", date(2019, 1, 1), 36000]
    folder = "spreadsheets"
    title = [["Pay of 31 December 2021", None, None], PAY, one, two]
    workbook(f"{folder}/title_row.xlsx", {"Export": title}, _merged_title)
    totals = [PAY, one, two, ["Total", None, 76000]]
    workbook(f"{folder}/totals_row.xlsx", {"Export": totals})
    workbook(f"{folder}/empty_row.xlsx", {"Export": [PAY, one, [], two]})
    error = [PAY, one, ["0071004", date(2019, 1, 1), None]]
    workbook(f"{folder}/error_cell.xlsx", {"Export": error}, _with_error)
    workbook(f"{folder}/formula.xlsx", {"Export": error}, _with_formula)
    state = [1, 1, "sales", None, "north", "0071008", 1, "hire"]
    merged = [JOBS, ["0071001", date(2018, 3, 1), *state], ["0071010", date(2020, 1, 15), *state]]
    workbook(f"{folder}/merged_cells.xlsx", {"Export": merged}, _merged_units)
    half_read = [LEAVES, ["0071005", date(2020, 1, 3), "31/08/2020"]]
    half_read.append(["0071006", "25/11/2021", None])
    workbook(f"{folder}/dates_half_read.xlsx", {"Export": half_read})
    serial = [LEAVES, ["0071005", 43891, 44074], ["0071006", 44501, None]]
    workbook(f"{folder}/dates_as_numbers.xlsx", {"Export": serial})
    timed = [LEAVES, ["0071005", datetime(2020, 3, 1), datetime(2020, 8, 31)]]
    timed.append(["0071006", datetime(2021, 11, 1, 8, 30), None])
    timed.append(["0071010", datetime(2021, 2, 1), datetime(2021, 2, 28)])
    workbook(f"{folder}/dates_with_times.xlsx", {"Export": timed})
    twice = [[*PAY, "annual_pay"], [*one, 41000], [*two, 37000]]
    workbook(f"{folder}/duplicate_headers.xlsx", {"Export": twice})
    words = [PAY, ["0071001", "01.03.2018", "40.000,50"], ["0071004", "31.01.2019", "36000,00"]]
    workbook(f"{folder}/all_text.xlsx", {"Export": words})
    old_days = [
        LEAVES,
        ["0071005", date(2020, 3, 1), date(2020, 8, 31)],
        ["0071006", date(2021, 11, 1)],
    ]
    workbook(f"{folder}/days_since_1904.xlsx", {"Export": old_days}, date_1904=True)


def _merged_title(book: xlsxwriter.Workbook, pages: dict) -> None:
    pages["Export"].merge_range(0, 0, 0, 2, "Pay of 31 December 2021")


def _merged_units(book: xlsxwriter.Workbook, pages: dict) -> None:
    pages["Export"].merge_range(1, 5, 2, 5, "U1")


def _with_error(book: xlsxwriter.Workbook, pages: dict) -> None:
    pages["Export"].write_formula(2, 2, "=VLOOKUP(A3,Pay!A:B,2)", None, "#N/A")


def _with_formula(book: xlsxwriter.Workbook, pages: dict) -> None:
    pages["Export"].write_formula(2, 2, "=3000*12", None, "")


def disguises() -> None:
    """Files with the ending of another kind."""
    folder = CORPUS / "spreadsheets"
    (folder / "workbook_named_text.csv").write_bytes((folder / "typed.xlsx").read_bytes())
    (folder / "text_named_workbook.xlsx").write_text("person_id,from,until\n0071005,2020-03-01,\n")


def statistical() -> None:
    """Answers and people from SPSS and Stata."""
    folder = CORPUS / "statistical"
    folder.mkdir(exist_ok=True)
    answers = pd.DataFrame(
        {
            "pid": ["0071001", "0071004", "0071005"],
            "answered": [date(2020, 6, 10), date(2020, 6, 10), date(2020, 6, 11)],
            "b1": [5.0, -99.0, 3.0],
            "b2": [1.0, 2.0, 98.0],
            "b3": [4.0, 4.0, np.nan],
        }
    )
    texts = {1: "strongly disagree", 5: "strongly agree", -99: "not answered", 98: "refused"}
    labels = {item: texts for item in ("b1", "b2", "b3")}
    missing = {"b1": [-99.0], "b2": [{"lo": 97.0, "hi": 99.0}]}
    pyreadstat.write_sav(
        answers, str(folder / "wave_1.sav"), variable_value_labels=labels, missing_ranges=missing
    )
    pyreadstat.write_sav(answers, str(folder / "not_declared_1.sav"))
    counted = answers.assign(answered=[13_811_472_000.0, 13_811_472_000.0, 13_811_558_400.0])
    pyreadstat.write_sav(counted, str(folder / "dates_as_seconds_1.sav"), missing_ranges=missing)
    extended = answers.assign(
        b1=pd.Series([5.0, "a", 3.0], dtype=object), b2=pd.Series([1.0, 2.0, "b"], dtype=object)
    )
    pyreadstat.write_dta(
        extended,
        str(folder / "wave_2.dta"),
        missing_user_values={"b1": ["a"], "b2": ["b"]},
        variable_value_labels={"b1": {1: "strongly disagree", "a": "not answered"}},
    )
    people = pd.DataFrame(
        {
            "person_id": ["0071001", "0071004"],
            "birth_year": [1990.0, 1994.0],
            "sex": [1.0, 2.0],
            "education": ["master", "bachelor"],
        }
    )
    pyreadstat.write_sav(
        people,
        str(folder / "people_labelled.sav"),
        variable_value_labels={"sex": {1: "woman", 2: "man"}},
    )
    whole = (folder / "wave_1.sav").read_bytes()
    (folder / "damaged_1.sav").write_bytes(whole[: len(whole) // 2])


def waves_of_labels() -> None:
    """Two waves in which the same code stands for opposite answers."""
    agree, turned = {1: "disagree", 5: "agree"}, {1: "agree", 5: "disagree"}
    for wave, labels in ((1, agree), (2, turned)):
        frame = pd.DataFrame(
            {
                "person_id": ["0071001"],
                "answered_on": [date(2020, 6 * wave, 10)],
                **{item: [float(wave)] for item in ("b1", "b2", "b3")},
            }
        )
        pyreadstat.write_sav(
            frame,
            str(CORPUS / f"statistical/turned_{wave}.sav"),
            variable_value_labels={item: labels for item in ("b1", "b2", "b3")},
        )


def stored() -> None:
    """Parquet and DuckDB."""
    folder = CORPUS / "stored"
    folder.mkdir(exist_ok=True)
    _pay_parquet(folder / "pay_decimals.parquet", [datetime(2018, 3, 1), datetime(2019, 1, 31)])
    _pay_parquet(
        folder / "pay_moments.parquet",
        [datetime(2018, 3, 1), datetime(2019, 1, 30, 23), datetime(2020, 1, 15)],
    )
    nested = pa.table(
        {
            "person_id": ["0071001"],
            "effective_on": [date(2018, 3, 1)],
            "annual_pay": [{"value": 40000.0, "currency": "EUR"}],
        }
    )
    parquet.write_table(nested, folder / "pay_nested.parquet")
    whole = (folder / "pay_decimals.parquet").read_bytes()
    (folder / "damaged.parquet").write_bytes(whole[:-40])
    _database(folder / "hr.duckdb")


def _pay_parquet(path: Path, days: Iterable[datetime]) -> None:
    days = list(days)
    people = ["0071001", "0071004", "0071010"][: len(days)]
    amounts = [Decimal("40000.50"), Decimal("36000.00"), Decimal("35000.25")][: len(days)]
    table = pa.table(
        {
            "person_id": people,
            "effective_on": pa.array(days, pa.timestamp("us")),
            "annual_pay": pa.array(amounts, pa.decimal128(12, 2)),
        }
    )
    parquet.write_table(table, path)


def _database(path: Path) -> None:
    """Of the smallest blocks that there are."""
    path.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS hr (BLOCK_SIZE 16384)")
        connection.execute("CREATE TABLE hr.spells (id INTEGER, worker VARCHAR, hired_on DATE)")
        connection.execute(
            "INSERT INTO hr.spells VALUES (71004, '0071004', '2019-01-01'), "
            "(71001, '0071001', '2018-03-01')"
        )
        connection.execute("DETACH hr")


if __name__ == "__main__":
    main()
