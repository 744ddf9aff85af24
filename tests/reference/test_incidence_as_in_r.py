"""Incidences, mean times and survival curves of seven studies against R; see incidence.R."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import cumulative_incidence, kaplan_meier, mean_time

FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "incidence.json").read_text())
CURVE = 1e-8  # the same sums in another order, 15 digits stored
TIME = 1e-6  # of mean times, which are hundreds to thousands of days: the same relative to them
ENTER_LATE = ("mgus2 by age", "heart", "cgd")
TIMES = {"entry": "entry", "exit": "exit"}


def names_of(kind: str) -> list[str]:
    return [name for name in R if name.startswith(f"{kind} |")]


def records_of(name: str) -> pd.DataFrame:
    """The rows of the study and group in `kind | study | group [| ...]`."""
    rows = pd.read_csv(FOLDER / "incidence.csv", keep_default_na=False)
    _, study, group = name.split(" | ")[:3]
    return rows[(rows["data"] == study) & (rows["group"] == group)].reset_index(drop=True)


def of_r(name: str) -> dict[str, np.ndarray]:
    return {key: np.array(values, dtype=float) for key, values in R[name].items()}


def assert_errors(found, expected) -> None:
    """Ours is missing where nothing has happened yet, R's 0 there."""
    found = np.asarray(found, dtype=float)
    known = ~np.isnan(found)
    assert found[known] == pytest.approx(expected[known], abs=CURVE)
    assert expected[~known] == pytest.approx(0, abs=CURVE)


def test_eight_sets_of_rows_are_compared_in_every_group():
    assert {name.split(" | ")[1] for name in names_of("incidence")} == {
        "transplant",
        "mgus2",
        "mgus2 by age",
        "colon",
        "veteran",
        "heart",
        "pbc",
        "cgd",
    }
    assert len(names_of("incidence")) == 2 * len(names_of("survival")) == 42


@pytest.mark.parametrize("name", names_of("incidence"))
def test_incidences_with_their_errors_and_log_log_intervals_equal_r(name):
    expected, records = of_r(name), records_of(name)
    weights = "weight" if name.endswith("weighted") else None
    shared = {**TIMES, "cause": "cause", "weights": weights, "at": expected["times"]}
    by_row = cumulative_incidence(records, **shared)
    by_id = cumulative_incidence(records, cluster="id", **shared).tidy()
    two_ways = cumulative_incidence(records, cluster=["id", "site"], **shared).tidy()
    for state in by_row.states:
        rows = by_row.tidy(interval="log-log").query("state == @state")
        assert rows["estimate"].to_numpy() == pytest.approx(expected[state], abs=CURVE)
        assert_errors(rows["std_error"], expected[f"{state} error"])
        for bound in ("low", "high"):
            found = rows[f"ci_{bound}"].to_numpy()
            assert found == pytest.approx(expected[f"{state} {bound}"], abs=CURVE, nan_ok=True)
        assert_errors(by_id.query("state == @state")["std_error"], expected[f"{state} error by id"])
        found = two_ways.query("state == @state")["std_error"].to_numpy()
        both = ~np.isnan(found) & ~np.isnan(expected[f"{state} error two ways"])
        assert_errors(found[both], expected[f"{state} error two ways"][both])
        assert both.sum() >= (rows["std_error"] > 0).sum() - 1


@pytest.mark.parametrize("name", names_of("incidence"))
def test_mean_times_with_their_errors_equal_r(name):
    expected, records = of_r(name), records_of(name)
    weights = "weight" if name.endswith("weighted") else None
    shared = {**TIMES, "cause": "cause", "weights": weights, "at": [expected["times"][-1]]}
    by_row = mean_time(records, **shared).tidy().set_index("state")
    by_id = mean_time(records, cluster="id", **shared).tidy().set_index("state")
    for state in by_row.index:
        mean, error, error_by_id = expected[f"{state} mean time"]
        assert by_row.loc[state, "estimate"] == pytest.approx(mean, abs=TIME)
        assert by_row.loc[state, "std_error"] == pytest.approx(error, abs=TIME)
        assert by_id.loc[state, "std_error"] == pytest.approx(error_by_id, abs=TIME)


@pytest.mark.parametrize("name", names_of("survival"))
def test_kaplan_meier_with_its_intervals_and_median_equals_r(name):
    expected, records = of_r(name), records_of(name)
    records["died"] = records["cause"] != ""
    columns = {**TIMES, "event": "died"}
    stated = kaplan_meier(records, errors="greenwood", at=expected["times"], **columns)
    rows = stated.tidy(interval="log-log")
    assert rows["estimate"].to_numpy() == pytest.approx(expected["survival"], abs=CURVE)
    assert_errors(rows["std_error"], expected["greenwood"])
    for bound in ("low", "high"):
        found = rows[f"ci_{bound}"].to_numpy()
        assert found == pytest.approx(expected[bound], abs=CURVE, nan_ok=True)
    weighted = {"weights": "weight", "cluster": "id", **columns}
    rows = kaplan_meier(records, at=expected["times"], **weighted).tidy()
    assert rows["estimate"].to_numpy() == pytest.approx(expected["weighted"], abs=CURVE)
    assert_errors(rows["std_error"], expected["weighted_error_by_id"])
    for curves, interval, key in [
        (stated, "log-log", "median_log_log"),
        (stated, "plain", "median_plain"),
        (kaplan_meier(records, **weighted), "log-log", "weighted_median"),
    ]:
        found = curves.medians(interval=interval)[["estimate", "ci_low", "ci_high"]]
        assert found.to_numpy()[0] == pytest.approx(expected[key], abs=CURVE, nan_ok=True)


@pytest.mark.parametrize(
    "name", [name for name in names_of("survival") if name.split(" | ")[1] not in ENTER_LATE]
)
def test_without_delayed_entry_the_error_of_the_restricted_mean_is_greenwoods(name):
    """R's own se(rmean) uses Greenwood's hazards; infinitesimal jackknife is the same there."""
    records = records_of(name)
    expected = of_r(name)
    records["cause"] = records["cause"].where(records["cause"] == "", "any")
    found = mean_time(records, cause="cause", at=[expected["times"][-1]], **TIMES).tidy()
    free = found[found["state"] == "event-free"][["estimate", "std_error"]].to_numpy()[0]
    assert free == pytest.approx(expected["mean_time"], abs=TIME)


def test_the_difference_of_restricted_means_equals_the_formulas_of_survrm2():
    rows = pd.read_csv(FOLDER / "incidence.csv", keep_default_na=False)
    rows = rows[rows["data"] == "pbc"].assign(
        cause=lambda r: r["cause"].where(r["cause"] == "", "x")
    )
    result = mean_time(rows, cause="cause", by="group", at=[3652.5], **TIMES)
    found = result.difference("arm 2", "arm 1").set_index("state").loc["event-free"]
    expected = of_r("difference of restricted means | pbc")
    assert found["estimate"] == pytest.approx(expected["estimate"][0], abs=TIME)
    assert found["std_error"] == pytest.approx(expected["error"][0], abs=TIME)
