"""Kaplan-Meier on six people, as fractions."""

from io import StringIO

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import kaplan_meier

EXACT = 1e-12  # fractions of small numbers

# p, q, r, s and u are at risk at 2 (t enters only then); s, t and u at 5.
SIX = """
    person  entry  exit  left  weight
         p      0     2     1       2
         q      0     2     1       1
         r      0     3     0       1
         s      0     5     1       1
         t      2     5     1       1
         u      1     6     0       1
"""
COLUMNS = {"entry": "entry", "exit": "exit", "event": "left"}


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(text), sep=r"\s+")


def four(*exits: float, left=(1, 1, 1, 1)) -> pd.DataFrame:
    return pd.DataFrame({"exit": exits, "left": left})


def test_each_event_takes_its_share_of_those_at_risk():
    found = kaplan_meier(table(SIX), at=[0, 1, 2, 4, 5, 6, 7], **COLUMNS).tidy()
    assert found["estimate"].tolist() == pytest.approx(
        [1, 1, 3 / 5, 3 / 5, 3 / 5 / 3, 1 / 5, np.nan], abs=EXACT, nan_ok=True
    )
    assert found["n_at_risk"].tolist() == [4, 4, 5, 3, 3, 1, 0]
    assert found["n_events"].tolist() == [0, 0, 2, 2, 4, 4, 4]


def test_a_weight_of_two_counts_as_two_people():
    found = kaplan_meier(table(SIX), weights="weight", at=[2, 5], **COLUMNS).tidy()
    assert found["estimate"].tolist() == pytest.approx([3 / 6, 3 / 6 / 3], abs=EXACT)


def test_greenwoods_errors_add_up_the_events_over_those_who_stay():
    found = kaplan_meier(table(SIX), at=[0, 1, 2, 5, 7], errors="greenwood", **COLUMNS).tidy()
    terms = [2 / (5 * 3), 2 / (5 * 3) + 2 / (3 * 1)]
    assert found["std_error"].tolist() == pytest.approx(
        [0, np.nan, 3 / 5 * np.sqrt(terms[0]), 1 / 5 * np.sqrt(terms[1]), np.nan],
        abs=EXACT,
        nan_ok=True,
    )
    assert set(found["error_type"]) == {"Greenwood"}


def test_without_delayed_entry_influence_errors_are_greenwoods():
    records = table(SIX).assign(entry=0)
    influence = kaplan_meier(records, **COLUMNS).tidy()["std_error"]
    greenwood = kaplan_meier(records, errors="greenwood", **COLUMNS).tidy()["std_error"]
    assert len(influence) == 2
    assert influence.tolist() == pytest.approx(greenwood.tolist(), abs=EXACT)


def test_no_error_is_given_where_nobody_is_left():
    found = kaplan_meier(four(1, 2, 3, 4), entry=None, exit="exit", event="left").tidy()
    assert found["estimate"].tolist() == pytest.approx([3 / 4, 1 / 2, 1 / 4, 0], abs=EXACT)
    assert found["std_error"].isna().tolist() == [False, False, False, True]
    assert found["std_error"].iloc[1] == pytest.approx(np.sqrt(1 / 4 / 4), abs=EXACT)


def test_the_median_is_when_half_have_had_the_event_or_amid_a_stretch_at_half():
    columns = {"entry": None, "exit": "exit", "event": "left"}
    median = kaplan_meier(four(1, 2, 5, 9), **columns).medians()["estimate"].item()
    assert median == (2 + 5) / 2
    records = table(SIX)
    assert kaplan_meier(records, **COLUMNS).medians()["estimate"].item() == 5
    few = kaplan_meier(four(1, 2, 5, 9, left=(1, 0, 0, 0)), **columns).medians()
    assert few[["estimate", "ci_high"]].isna().all(axis=None)
    ends = kaplan_meier(four(1, 2, 5, 9, left=(1, 1, 0, 0)), **columns).medians()
    assert ends["estimate"].item() == 2


def test_the_median_s_interval_holds_the_times_at_which_half_is_in_the_curve_s():
    """100 people leave on days 1 to 100: the share on day d is 1 - d/100, as of a proportion."""
    records = pd.DataFrame({"exit": np.arange(1.0, 101), "left": 1})
    curves = kaplan_meier(records, entry=None, exit="exit", event="left", errors="greenwood")
    found = curves.medians()
    share = 1 - np.arange(1, 101) / 100
    half = 1.959963984540054 * np.sqrt(share * (1 - share) / 100)
    assert found["estimate"].item() == 50.5
    assert found["ci_low"].item() == 1 + np.flatnonzero(share - half <= 0.5)[0]
    assert found["ci_high"].item() == 1 + np.flatnonzero((share + half <= 0.5) & (share > 0))[0]
    stated = kaplan_meier(records, entry=None, exit="exit", event="left", at=[50])
    assert stated.medians()[["ci_low", "ci_high"]].isna().all(axis=None)  # as documented
    assert stated.medians()["estimate"].item() == 50.5


def test_each_group_has_its_curve_and_its_median():
    records = pd.concat([four(1, 2, 5, 9).assign(arm="b"), four(3, 4, 7, 8).assign(arm="a")])
    curves = kaplan_meier(records, entry=None, exit="exit", event="left", by="arm")
    assert curves.medians().set_index("group")["estimate"].to_dict() == {"a": 5.5, "b": 3.5}
    assert curves.steps.query("group == 'b'")["time"].tolist() == [1, 2, 5, 9]


@pytest.mark.parametrize("more", [{"weights": "weight"}, {"cluster": "person"}])
def test_greenwoods_errors_of_weighted_or_clustered_rows_are_refused(more):
    with pytest.raises(EstimationError, match="weighted or clustered rows"):
        kaplan_meier(table(SIX), errors="greenwood", **more, **COLUMNS)


def test_errors_of_an_unknown_kind_are_refused():
    with pytest.raises(EstimationError, match="errors of the kind robust"):
        kaplan_meier(table(SIX), errors="robust", **COLUMNS)
