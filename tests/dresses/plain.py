"""The exports as they are, but for semicolons, decimal commas, UTF-16 and days first."""

import pandas as pd

from tests.dresses import Dress
from tests.dresses.writing import delimited, written

FILE_OF = {
    "people": "people.csv",
    "employment": "employment.csv",
    "jobs": "job_history.csv",
    "pay": "pay_history.csv",
    "leaves": "leaves.csv",
    "ratings": "ratings.csv",
    "mentoring": "mentoring.csv",
    "requests": "mentoring_requests.csv",
    "offers": "offers.csv",
    "unit_output": "unit_output.csv",
}
_DAYS = ("on", "from", "until", "month")


def european(exports: dict[str, pd.DataFrame], names: tuple[str, ...]) -> dict[str, bytes]:
    """These sources with semicolons, DD.MM.YYYY, decimal commas and a byte-order mark."""
    files = {}
    for name in names:
        frame = exports[FILE_OF[name]]
        columns = {
            column: written(frame[column], "%d.%m.%Y")
            for column in frame
            if column.rpartition("_")[2] in _DAYS
        }
        for column in ("output", "fte"):
            if column in frame:
                columns[column] = frame[column].str.replace(".", ",", regex=False)
        text = frame.assign(**columns)
        files[FILE_OF[name]] = delimited(text, delimiter=";", encoding="utf-16")
    return files


def plain(exports: dict[str, pd.DataFrame]) -> Dress:
    """Our own columns throughout."""
    surveys = {
        name: delimited(frame) for name, frame in exports.items() if name.startswith("survey_")
    }
    sources = {name: {"path": file} for name, file in FILE_OF.items()}
    survey = {"path": "survey_*.csv", "profile": "qualtrics", "wave": "from_file_name"}
    return Dress(european(exports, tuple(FILE_OF)) | surveys, sources | {"survey": survey})
