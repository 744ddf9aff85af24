"""Log-rank, Peto and Gray tests of seven studies against R; see incidence.R."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import gray_test, log_rank

FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "incidence.json").read_text())
SAME = 1e-8  # of chi-squares and counts: the same sums in another order


def names_of(*kinds: str) -> list[str]:
    return [name for name in R if name.split(" | ")[0] in kinds]


def records_of(name: str) -> tuple[pd.DataFrame, str | None]:
    """The rows of the study in `kind | study | all or strata`, and the column of strata."""
    rows = pd.read_csv(FOLDER / "incidence.csv", keep_default_na=False)
    _, study, stratified = name.split(" | ")[:3]
    return rows[rows["data"] == study], "stratum" if stratified == "strata" else None


@pytest.mark.parametrize("name", names_of("log-rank", "peto"))
def test_log_rank_and_peto_equal_r(name):
    """survdiff orders groups as its factor does: here all are text, in alphabetical order."""
    records, strata = records_of(name)
    records = records.assign(died=records["cause"] != "")
    found = log_rank(
        records,
        entry="entry",
        exit="exit",
        event="died",
        by="group",
        strata=strata,
        weight=name.split(" | ")[0],
    )
    expected = R[name]
    assert found.chi_square == pytest.approx(expected["chi_square"][0], rel=SAME)
    assert found.observed == pytest.approx(np.array(expected["observed"]), abs=SAME)
    assert found.expected == pytest.approx(np.array(expected["expected"]), abs=SAME)
    assert found.degrees_of_freedom == len(expected["observed"]) - 1


@pytest.mark.parametrize("name", names_of("gray"))
def test_gray_equals_cmprsk(name):
    records, strata = records_of(name)
    found = gray_test(
        records, exit="exit", cause="cause", of=name.split(" | ")[3], by="group", strata=strata
    )
    assert found.chi_square == pytest.approx(R[name]["chi_square"][0], rel=SAME)
    assert found.p_value == pytest.approx(R[name]["p_value"][0], abs=SAME)


def test_every_kind_of_test_is_compared_on_several_studies():
    studies = {kind: {name.split(" | ")[1] for name in names_of(kind)} for kind in ("peto", "gray")}
    assert studies["gray"] == {"transplant", "mgus2", "colon", "pbc"}
    assert studies["peto"] == studies["gray"] | {"veteran"}
    late = {name.split(" | ")[1] for name in names_of("log-rank")} - studies["peto"]
    assert late == {"heart", "cgd", "mgus2 by age"}
