"""Received files and tables of the tiny study, held in memory."""

from collections.abc import Mapping
from io import StringIO

import pandas as pd

from mentor_outcomes.sources import RawTable, raw_table
from mentor_outcomes.study import parse_study
from mentor_outcomes.tables import build_tables, pseudonyms
from tests.tiny_study import FILES, PARAMS

KEY = b"a key of these tests"
STUDY = parse_study(PARAMS)
_FILE_OF = {
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
SURVEY = """\
person_id,wave,answered_on,b1,b2,b3
p01,1,2020-06-10,5,1,5
p02,1,2020-06-10,4,4,
p01,2,2020-12-09,4,2,4
"""


def text_frame(text: str) -> pd.DataFrame:
    """Comma-separated text as a frame of text; empty is missing."""
    return pd.read_csv(StringIO(text), dtype="str", keep_default_na=False, na_values=[""])


def received(
    changes: Mapping[str, str] | None = None, without: tuple[str, ...] = ()
) -> dict[str, RawTable]:
    """The study's raw tables; `changes` holds other text for some sources."""
    texts = {name: FILES[file] for name, file in _FILE_OF.items()} | {"survey": SURVEY}
    texts |= changes or {}
    return {
        name: raw_table(name, text_frame(text))
        for name, text in texts.items()
        if name not in without
    }


def tables(
    changes: Mapping[str, str] | None = None,
    without: tuple[str, ...] = (),
    key: bytes = KEY,
    section=STUDY.study,
) -> dict[str, pd.DataFrame]:
    """All tables of the study, with some sources changed or left out."""
    raw = received(changes, without)
    return build_tables(raw, section=section, scales=STUDY.scales, key=key)


def pseudonym_of(person: str, domain: str = "person") -> str:
    """The pseudonym of one id under the tests' key."""
    return pseudonyms(pd.Series([person], dtype="str"), KEY, domain=domain).iloc[0]


def rows_of(table: pd.DataFrame, person: str, column: str = "person_id") -> pd.DataFrame:
    """The rows of one person, by the id received."""
    return table[table[column] == pseudonym_of(person)].reset_index(drop=True)
