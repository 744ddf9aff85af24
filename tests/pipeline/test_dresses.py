"""The default study comes in through four dresses with identical tables."""

import copy
import functools
from pathlib import Path

import pandas as pd
import pytest
import yaml

from mentor_outcomes import io
from mentor_outcomes.simulation import simulate
from mentor_outcomes.sources import read_source
from mentor_outcomes.study import load_study, parse_study
from mentor_outcomes.tables import Intake, take_in, wanted_columns
from tests.dresses import Dress
from tests.dresses.peoplesoft import peoplesoft
from tests.dresses.plain import plain
from tests.dresses.successfactors import successfactors
from tests.dresses.workday import workday

KEY = b"a key of these tests"
ABOUT_FILES = ("ingest_counts", "quarantine")


@functools.cache
def exports() -> dict[str, pd.DataFrame]:
    study = load_study("params.yaml")
    return simulate(study.simulation, study.study, study.scales).exports


def items() -> list[str]:
    return [item for scale in load_study("params.yaml").scales.values() for item in scale.items]


DRESSES = {
    "plain": lambda: plain(exports()),
    "Workday and Qualtrics": lambda: workday(exports()),
    "SuccessFactors and SPSS": lambda: successfactors(exports(), items()),
    "PeopleSoft, workbooks and LimeSurvey": lambda: peoplesoft(exports(), items()),
}


def taken_in(dress: Dress, folder: Path) -> Intake:
    """The dress's files, written to `folder` and taken in as the stage does it."""
    for name, content in dress.files.items():
        (folder / name).write_bytes(content)
    raw = copy.deepcopy(yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8")))
    raw["sources"], raw["ingest"] = dress.sources, dress.ingest
    raw["study"]["grades"] = list(dress.grades)
    study = parse_study(raw)
    received = {
        name: read_source(name, source, folder, wanted=wanted_columns(name, source, study.scales))
        for name, source in study.sources.items()
    }
    return take_in(received, section=study.study, ingest=study.ingest, scales=study.scales, key=KEY)


@pytest.fixture(scope="module")
def plain_intake(tmp_path_factory) -> Intake:
    return taken_in(DRESSES["plain"](), tmp_path_factory.mktemp("plain"))


@pytest.mark.parametrize("dress", DRESSES)
def test_every_dress_gives_the_same_tables(dress, plain_intake, tmp_path):
    intake = taken_in(DRESSES[dress](), tmp_path)
    assert not intake.refusals, intake.refusals[0]
    assert intake.quarantine.empty
    assert set(intake.tables) == set(plain_intake.tables)
    for name in sorted(set(intake.tables) - set(ABOUT_FILES)):
        pd.testing.assert_frame_equal(
            io.rounded(intake.tables[name]), io.rounded(plain_intake.tables[name]), obj=name
        )
