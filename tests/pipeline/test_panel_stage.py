"""The panel's stage, from tables on disk to tables on disk."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from mentor_outcomes import io, schema
from mentor_outcomes.errors import SchemaError
from mentor_outcomes.panel import PANEL
from pipelines import panel
from tests.panel_records import hired, records

STAYS = """
    person_id  spell  hired_on    left_on     exit_kind
    a          1      2018-01-01  .           .
    b          1      2019-05-01  2021-03-04  voluntary
"""
MENTORSHIPS = records(
    schema.MENTORSHIPS, "mentorship_id protege_id mentor_id started_on\n1 a b 2020-06-15"
)


@pytest.fixture
def study_folder(tmp_path, monkeypatch) -> Path:
    """A study with the default settings and no more than the required sources."""
    shutil.copy("params.yaml", tmp_path)
    for name, frame in (hired(STAYS) | {"mentorships": MENTORSHIPS}).items():
        table = next(table for table in schema.ALL if table.name == name)
        io.write(table, frame, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_required_sources_alone_make_all_five_tables_and_the_same_bytes_again(study_folder):
    panel.main()
    first = {table.name: Path(table.path).read_bytes() for table in PANEL}
    months = io.read(schema.PERSON_MONTHS)
    # Employed at the ends of Dec 2018 to Dec 2024, and of May 2019 to Feb 2021.
    assert months.groupby("person_id").size().to_dict() == {"a": 73, "b": 22}
    assert len(io.read(schema.SPELLS_AT_RISK)) == 3
    panel.main()
    assert {table.name: Path(table.path).read_bytes() for table in PANEL} == first


def test_what_is_written_reads_back_with_dates_as_dates_and_text_as_text(study_folder):
    panel.main()
    spells = io.read(schema.SPELLS_AT_RISK)
    assert spells["from_on"].tolist() == [
        pd.Timestamp("2019-01-01"),
        pd.Timestamp("2020-06-15"),
        pd.Timestamp("2019-05-01"),
    ]
    assert spells["person_id"].tolist() == ["a", "a", "b"]
    assert spells["is_mentored"].tolist() == [False, True, False]


def test_a_required_table_that_is_not_there_is_named_with_the_next_step(study_folder):
    Path(schema.MENTORSHIPS.path).unlink()
    with pytest.raises(SchemaError, match=r"no data/tables/mentorships.parquet.*dvc repro"):
        panel.main()
    assert not Path(schema.PERSON_MONTHS.path).exists()


def test_a_table_with_a_column_nobody_promised_is_refused_before_anything_is_made(study_folder):
    path = Path(schema.MENTORSHIPS.path)
    pd.read_parquet(path).assign(mood="good").to_parquet(path)
    with pytest.raises(SchemaError, match="nobody promised: mood"):
        panel.main()
