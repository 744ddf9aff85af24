"""One finished run of the whole path on an invented organisation of 300, shared by the tests."""

import pytest

from tests.pipeline import scratch


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The folder of a study after `dvc repro`, with an extract of the user's in data/raw/."""
    folder = scratch.make_study(tmp_path_factory.mktemp("study") / "study")
    (folder / "data" / "raw").mkdir(parents=True)
    (folder / "data" / "raw" / "people.csv").write_text("the user's own", encoding="utf-8")
    scratch.call(folder, ["dvc", "repro"])
    return folder
