"""Reads one file with a library written in C or Rust, in a process of its own.

Run by `isolation.read_apart` as a script: a pickled request comes in on standard input, a pickled
answer goes out. Broken files make these libraries end the whole process (pyreadstat: segmentation
faults; calamine: an abort after asking for tens of gigabytes), which then ends only this one.
Imports nothing of this package, so that it starts in a tenth of a second.
"""

import os
import pickle
import sys
from contextlib import suppress


def read_workbook(path: str, sheet: str | None) -> dict:
    """Names of the sheets and, of the one named or the only one, rows of cells."""
    import python_calamine

    workbook = python_calamine.CalamineWorkbook.from_path(path)
    tables = [
        each.name
        for each in workbook.sheets_metadata
        if each.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    chosen = tables[0] if sheet is None and len(tables) == 1 else sheet
    if chosen not in tables:
        return {"sheets": tables, "chosen": None}
    worksheet = workbook.get_sheet_by_name(chosen)
    return {
        "sheets": tables,
        "chosen": chosen,
        "rows": worksheet.to_python(skip_empty_area=False),
    }


def read_statistical(path: str, columns: list[str] | None, encoding: str | None) -> dict:
    """What an SPSS or Stata file says of its columns and, of those named, the values."""
    import pyreadstat

    read = pyreadstat.read_dta if path.lower().endswith(".dta") else pyreadstat.read_sav
    # Dates stay numbers: pyreadstat knows only some of their formats and leaves others as they are.
    values, about = read(
        path,
        metadataonly=columns is None,
        usecols=columns,
        user_missing=True,
        disable_datetime_conversion=True,
        encoding=encoding,
        output_format="dict",
    )
    return {
        "values": {} if columns is None else values,
        "names": list(about.column_names),
        "formats": about.original_variable_types,
        "types": about.readstat_variable_types,
        "labels": about.variable_value_labels,
        "ranges": about.missing_ranges,
        "encoding": about.file_encoding,
    }


READERS = {"workbook": read_workbook, "statistical": read_statistical}


def limit_memory(path: str) -> None:
    """A broken file may ask for any amount: no more than 4 GB and 200 times its own size."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        most = 2**32 + 200 * os.path.getsize(path)
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def answer(request: dict) -> dict:
    """What was read, or the kind of error the library raised; never its text: it quotes cells."""
    reader = READERS[request.pop("reader")]
    # NumPy's linear algebra, not used here, sets much memory aside for each processor.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    limit_memory(request["path"])
    try:
        return {"read": reader(**request)}
    except BaseException as problem:  # Rust's panics are no Exception
        return {"error": type(problem).__name__}


def main() -> None:
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between
    pickle.dump(answer(pickle.load(sys.stdin.buffer)), out, protocol=5)
    out.close()


if __name__ == "__main__":
    main()
