"""However a received file is damaged, no row is lost uncounted, nothing crashes, nobody is named.

Cells are replaced by junk, by nothing or by what stands elsewhere in the same file; rows are
repeated or left out. Two sets of exports: the plain files, and those of `tests.tiny_exports`.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentor_outcomes import schema
from mentor_outcomes.errors import MentorOutcomesError
from mentor_outcomes.sources import RawTable, raw_table
from mentor_outcomes.tables import Intake, take_in
from mentor_outcomes.tables.contracts import IDENTIFIER_COLUMNS
from tests import tiny_exports
from tests.tiny_tables import KEY, LENIENT, STUDY, received

JUNK = (
    *("", "?", "-", " ", "0", "1", "2", "-1", "1.0", "1,5", "1.234", "1e400", "1e300", "9" * 30),
    *("NaN", "inf", "NULL", "true", "Zoë", "2020-02-30", "31.12.2020", "03/04/2021", "12/31/2020"),
    *("2020-01-01 00:00", "2020-01-01 23:30:00", "0001-01-01", "9999-12-31", "9998-01-01"),
    *("4712-12-31", "hire", "exit", "HIR", "TER", "LOA", "hour", "two_weeks", "EUR", "USD", "p01 "),
)
EXPORTS = {
    "plain": received(),
    "events": received(tiny_exports.TEXTS, layouts=tiny_exports.LAYOUTS),
}
IDS = re.compile(r"\bp0[1-8]\b|@x\.org|anna.?15|an-na15|otto.?22|\bm[12]\b", re.IGNORECASE)
TABLES = {table.name: table for table in schema.ALL if table.folder == "data/tables"}
PICK = st.integers(0, 10**6)


@st.composite
def damages(draw, kind: str) -> dict[str, RawTable]:
    """The exports of one kind with up to twelve cells replaced and some rows repeated or gone."""
    raw = dict(EXPORTS[kind])
    for name in draw(st.lists(st.sampled_from(sorted(raw)), min_size=1, max_size=3, unique=True)):
        frame = raw[name].frame.copy()
        whole = frame.copy()
        for _ in range(draw(st.integers(1, 4))):
            row, column = draw(PICK) % len(frame), draw(PICK) % frame.shape[1]
            what = draw(st.sampled_from(["junk", "missing", "other row", "other column"]))
            frame.iloc[row, column] = {
                "junk": draw(st.sampled_from(JUNK)) or None,
                "missing": None,
                "other row": whole.iloc[draw(PICK) % len(frame), column],
                "other column": whole.iloc[row, draw(PICK) % frame.shape[1]],
            }[what]
        rows = np.arange(len(frame))
        again = draw(st.lists(st.sampled_from(rows.tolist()), max_size=3))
        gone = draw(
            st.sets(st.sampled_from(rows.tolist()), max_size=draw(st.sampled_from([2, 20])))
        )
        kept = [row for row in rows if row not in gone] + again
        damaged = raw_table(name, frame.iloc[kept], layout=raw[name].layout)
        raw[name] = replace(damaged, numeric=raw[name].numeric)
    return raw


def texts_of(intake: Intake) -> list[str]:
    """All that a reader is told in words."""
    assert all(isinstance(refusal, MentorOutcomesError) for refusal in intake.refusals)
    return [
        *map(str, intake.refusals),
        *intake.notes,
        *intake.remedies.values(),
        *intake.quarantine["reason"],
        *intake.counts["reason"].dropna(),
    ]


def ids_of(raw: dict[str, RawTable], text: str) -> dict[str, set[str]]:
    """The ids of each source that the text is about."""
    return {
        name: {
            id_.strip().casefold()
            for column in IDENTIFIER_COLUMNS.intersection(table.frame.columns)
            for id_ in table.frame[column].dropna()
        }
        for name, table in raw.items()
        if f"{name}.csv" in text
    }


def assert_histories_hold(tables: Mapping[str, pd.DataFrame]) -> None:
    """What nobody could have lived through is in no table."""
    if "employment_spells" in tables:
        spells = tables["employment_spells"].sort_values(["person_id", "spell"])
        next_hired = spells.groupby("person_id")["hired_on"].shift(-1)
        assert not (spells["left_on"] < spells["hired_on"]).any()
        assert (next_hired.isna() | (next_hired > spells["left_on"])).all()
        assert (spells["left_on"].isna() == spells["exit_kind"].isna()).all()
    if "leaves" in tables:
        assert not (tables["leaves"]["until"] < tables["leaves"]["from"]).any()
    if "pay_history" in tables:
        assert np.isfinite(tables["pay_history"]["annual_pay"]).all()
        assert (tables["pay_history"]["annual_pay"] > 0).all()
    if "mentorships" in tables:
        rows = tables["mentorships"]
        assert (rows["started_on"].notna() | rows["requested_on"].notna()).all()
        assert not (rows["ended_on"] < rows["started_on"]).any()
        assert not (rows["started_on"] < rows["requested_on"]).any()
    if "survey_linkage" in tables:
        linkage = tables["survey_linkage"]
        parts = linkage[["n_linked", "n_tolerant", "n_unlinked"]].sum(axis="columns")
        assert (linkage["n_finished"] == parts).all()


@pytest.mark.parametrize("kind", sorted(EXPORTS))
@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_damaged_exports_are_counted_to_the_last_row_and_name_nobody(kind, data):
    raw = data.draw(damages(kind))
    intake = take_in(raw, section=STUDY.study, ingest=LENIENT, scales=STUDY.scales, key=KEY)
    counts = intake.counts.set_index("source")
    for name, row in counts.iterrows():
        assert row["rows_read"] == len(raw[name].frame)
        assert row["rows_read"] == row[["rows_used", "rows_set_aside", "rows_quarantined"]].sum()
        assert row["rows_quarantined"] == (intake.quarantine["source"] == name).sum()
    assert set(counts.index) == set(raw) or intake.refusals, "a source left out without a word"
    for name, table in intake.tables.items():
        TABLES[name].check(table)
        for column in table.select_dtypes("str"):
            assert not table[column].dropna().str.contains(IDS).any() or column in (
                *("gender", "education", "job_family", "unit_id", "site", "end_reason"),
            )
    assert_histories_hold(intake.tables)
    for text in texts_of(intake):
        for found in IDS.findall(text):
            # An id that stands nowhere among a source's own ids cannot be told from a code.
            assert not any(found.casefold() in ids for ids in ids_of(raw, text).values()), text
