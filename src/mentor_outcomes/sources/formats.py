"""Which reader a file's ending asks for."""

from collections.abc import Callable, Mapping
from pathlib import Path

from mentor_outcomes.errors import SourceError
from mentor_outcomes.sources.delimited import read_delimited
from mentor_outcomes.sources.excel import read_workbook
from mentor_outcomes.sources.file_rows import Choose, FileRows
from mentor_outcomes.sources.oracle_dat import read_oracle_dat
from mentor_outcomes.sources.statistical import read_statistical
from mentor_outcomes.sources.stored_tables import read_duckdb, read_parquet
from mentor_outcomes.study import Layout

Reader = Callable[[Path, str, Layout, Choose], FileRows]

READERS: Mapping[str, Reader] = {
    ".csv": read_delimited,
    ".txt": read_delimited,
    ".tsv": read_delimited,
    ".dat": read_oracle_dat,
    ".xlsx": read_workbook,
    ".xls": read_workbook,
    ".xlsb": read_workbook,
    ".ods": read_workbook,
    ".sav": read_statistical,
    ".zsav": read_statistical,
    ".dta": read_statistical,
    ".parquet": read_parquet,
    ".duckdb": read_duckdb,
    ".db": read_duckdb,
}


def read_file(path: Path, shown: str, layout: Layout, choose: Choose) -> FileRows:
    """One file as text; `shown` is how messages name it. Raises SourceError for other endings."""
    ending = path.suffix.lower()
    if ending not in READERS:
        raise SourceError(
            f"{shown} ends in {ending or 'nothing that says what it is'}.",
            expected=f"one of {', '.join(READERS)}.",
            remedy="export it in one of these forms, or give the file the ending of what it is.",
        )
    return READERS[ending](path, shown, layout, choose)
