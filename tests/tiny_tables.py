"""Received files and tables of the tiny study, held in memory."""

from collections.abc import Mapping, Sequence
from io import StringIO

import pandas as pd

from mentor_outcomes.sources import RawTable, raw_table
from mentor_outcomes.study import Ingest, Layout, Scale, parse_study
from mentor_outcomes.tables import Intake, build_tables, pseudonyms, take_in
from mentor_outcomes.tables.corrections import Correction
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
    changes: Mapping[str, str] | None = None,
    without: tuple[str, ...] = (),
    layouts: Mapping[str, Layout] | None = None,
) -> dict[str, RawTable]:
    """The study's raw tables; `changes` holds other text for some sources, or further ones."""
    texts = {name: FILES[file] for name, file in _FILE_OF.items()} | {"survey": SURVEY}
    texts |= changes or {}
    return {
        name: raw_table(name, text_frame(text), layout=(layouts or {}).get(name))
        for name, text in texts.items()
        if name not in without
    }


def tables(
    changes: Mapping[str, str] | None = None,
    without: tuple[str, ...] = (),
    key: bytes = KEY,
    section=STUDY.study,
    ingest=STUDY.ingest,
    layouts: Mapping[str, Layout] | None = None,
) -> dict[str, pd.DataFrame]:
    """All tables of the study, with some sources changed or left out."""
    raw = received(changes, without, layouts)
    return build_tables(raw, section=section, scales=STUDY.scales, key=key, ingest=ingest)


LENIENT = Ingest(max_share_quarantined=1.0, join_stays_within_days=0)
"""Of a few rows, one that cannot be used is many."""


def intake_of(
    changes: Mapping[str, str] | None = None,
    without: tuple[str, ...] = (),
    layouts: Mapping[str, Layout] | None = None,
    ledger: Sequence[Correction] = (),
    ingest: Ingest = LENIENT,
) -> Intake:
    """What the study's sources give, with some of them changed: nothing is raised."""
    return taken_in(received(changes, without, layouts), ledger=ledger, ingest=ingest)


def taken_in(
    raw: Mapping[str, RawTable],
    ledger: Sequence[Correction] = (),
    ingest: Ingest = LENIENT,
    scales: Mapping[str, Scale] = STUDY.scales,
    key: bytes = KEY,
) -> Intake:
    """What these raw tables give."""
    return take_in(raw, section=STUDY.study, ingest=ingest, scales=scales, key=key, ledger=ledger)


def broken(intake: Intake, source: str) -> list[tuple[int, str]]:
    """Line and rule of the source's rows in quarantine, by line."""
    rows = intake.quarantine[intake.quarantine["source"] == source].sort_values("line")
    return list(zip(rows["line"].tolist(), rows["rule"].tolist(), strict=True))


def counts_of(intake: Intake, source: str) -> tuple[int, int, int, int]:
    """Rows read, used, set aside and quarantined."""
    row = intake.counts.set_index("source").loc[source]
    return tuple(int(row[f"rows_{name}"]) for name in ("read", "used", "set_aside", "quarantined"))


def reason_of(intake: Intake, source: str) -> str:
    """Why rows of the source were set aside or quarantined, and how many."""
    reason = intake.counts.set_index("source").loc[source, "reason"]
    return "" if pd.isna(reason) else reason


def pseudonym_of(person: str, domain: str = "person") -> str:
    """The pseudonym of one id under the tests' key."""
    return pseudonyms(pd.Series([person], dtype="str"), KEY, domain=domain).iloc[0]


def rows_of(table: pd.DataFrame, person: str, column: str = "person_id") -> pd.DataFrame:
    """The rows of one person, by the id received."""
    return table[table[column] == pseudonym_of(person)].reset_index(drop=True)
