"""Frames of text as the files that providers send."""

import tempfile
from io import BytesIO
from pathlib import Path

import pandas as pd
import pyreadstat
import xlsxwriter


def delimited(frame: pd.DataFrame, *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    return frame.to_csv(index=False, sep=delimiter, lineterminator="\r\n").encode(encoding)


def workbook(frame: pd.DataFrame, sheet: str = "Export") -> bytes:
    """Dates, numbers and truth values are typed cells; missing is an empty one."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        as_day = book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_row(0, 0, frame.columns)
        for place, record in enumerate(frame.itertuples(index=False), start=1):
            for column, value in enumerate(record):
                if isinstance(value, pd.Timestamp):
                    page.write_datetime(place, column, value.to_pydatetime(), as_day)
                elif isinstance(value, str):
                    page.write_string(place, column, value)
                elif not pd.isna(value):
                    page.write(place, column, value)
    return stream.getvalue()


def spss(frame: pd.DataFrame, **settings: object) -> bytes:
    """A .sav file; settings as of pyreadstat (value labels, missing ranges)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wave.sav"
        pyreadstat.write_sav(frame, str(path), **settings)
        return path.read_bytes()


def days(texts: pd.Series) -> pd.Series:
    return pd.to_datetime(texts, format="%Y-%m-%d")


def written(texts: pd.Series, form: str) -> pd.Series:
    """ISO dates in another form; missing stays missing."""
    return days(texts).dt.strftime(form)


def renamed(frame: pd.DataFrame, headers: dict[str, str]) -> pd.DataFrame:
    """Columns under the provider's headers, in the order given."""
    return frame[list(headers)].rename(columns=headers)
