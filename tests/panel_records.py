"""Small records written as text, and the tables of the panel made of them."""

from collections.abc import Mapping
from datetime import date
from io import StringIO

import ibis
import pandas as pd
import pyarrow as pa

from mentor_outcomes import io, schema
from mentor_outcomes.panel import build_panel
from mentor_outcomes.schema import Table
from mentor_outcomes.study import Exposure, StudySection

SECTION = StudySection(
    title="a year on paper",
    observed_from=date(2020, 1, 1),
    observed_to=date(2020, 12, 31),
    mentoring_recorded_from=date(2019, 1, 1),
    enrolment="voluntary",
)
NO_MENTORSHIP = "mentorship_id protege_id"
_BLANK = {"text": None, "number": float("nan"), "date": pd.NaT, "flag": False, "integer": 0}
_DTYPE = {
    "text": "str",
    "number": "float64",
    "date": "datetime64[us]",
    "flag": "bool",
    "integer": "int64",
}


def records(table: Table, text: str, **extra: list) -> pd.DataFrame:
    """The table as written in words under a header; `.` and columns left out are missing."""
    frame = pd.read_csv(
        StringIO(text), sep=r"\s+", na_values=["."], keep_default_na=False, dtype=str
    )
    for column in table.columns:
        values = frame.get(column.name, pd.Series([_BLANK[column.type]] * len(frame)))
        if column.type == "flag":
            values = values.isin([True, "yes"])
        if column.type == "date":
            values = pd.to_datetime(values)
        frame[column.name] = values.astype(_DTYPE[column.type])
    return frame.assign(**extra)


def hired(text: str) -> dict[str, pd.DataFrame]:
    """The tables a panel cannot do without, for these stays, with nobody mentored."""
    spells = records(schema.EMPLOYMENT_SPELLS, text)
    people = pd.DataFrame({"person_id": spells["person_id"].unique()})
    return {
        "people": people.assign(birth_year=1980.0, gender="f", education="degree"),
        "employment_spells": spells,
        "mentorships": records(schema.MENTORSHIPS, NO_MENTORSHIP),
    }


def panel_table(
    table: Table,
    tables: Mapping[str, pd.DataFrame],
    *,
    section: StudySection = SECTION,
    role: str = "protege",
    scales: tuple[str, ...] = (),
    threads: int = 1,
) -> pd.DataFrame:
    """One table of the panel, checked against its schema and in the order of its key."""
    connection = ibis.duckdb.connect(threads=threads)
    for name, frame in tables.items():
        connection.con.register(name, pa.Table.from_pandas(frame, preserve_index=False))
    received = {name: connection.table(name) for name in tables}
    panel = build_panel(received, section=section, exposure=Exposure(role=role), scales=scales)
    frame = table.check(io.collect(panel[table.name]))
    return frame.sort_values(list(table.key)).reset_index(drop=True)


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple]:
    """The rows as tuples: days as ISO text, missing as None."""
    shown = frame[list(columns)].copy()
    for name in columns:
        if pd.api.types.is_datetime64_dtype(shown[name]):
            shown[name] = shown[name].dt.strftime("%Y-%m-%d")
        shown[name] = shown[name].astype(object).where(shown[name].notna(), None)
    return list(shown.itertuples(index=False, name=None))
