"""Incidences, mean times and curves where there is next to nothing to learn from."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import (
    cumulative_incidence,
    gray_test,
    kaplan_meier,
    log_rank,
)
from mentor_outcomes.estimates import mean_time as mean_time_of

TIMES = {"entry": None, "exit": "exit"}


def rows(causes: list[str], arms: str | None = None) -> pd.DataFrame:
    n = len(causes)
    arm = list(arms or "a" * n)
    return pd.DataFrame({"exit": np.arange(1.0, n + 1), "cause": causes, "arm": arm}).assign(
        left=[cause != "" for cause in causes]
    )


ALL_CENSORED = rows(["", "", "", ""], "abab")


def test_where_all_are_censored_everybody_is_event_free_without_an_error():
    found = cumulative_incidence(ALL_CENSORED, cause="cause", by="arm", at=[0, 2], **TIMES)
    assert found.states == ("event-free",)
    tidy = found.tidy()
    assert tidy["estimate"].tolist() == [1, 1, 1, 1]
    assert tidy["std_error"].fillna(-1).tolist() == [0, -1, 0, -1]
    means = mean_time_of(ALL_CENSORED, cause="cause", by="arm", at=[2], **TIMES).tidy()
    assert means["estimate"].tolist() == [2, 2]
    assert means["std_error"].isna().all()
    curves = kaplan_meier(ALL_CENSORED, event="left", by="arm", at=[2], **TIMES)
    assert curves.tidy(interval="log-log")["estimate"].tolist() == [1, 1]
    assert curves.tidy()["std_error"].isna().all()
    assert curves.medians()["estimate"].isna().tolist() == [True, True]
    greenwood = kaplan_meier(
        ALL_CENSORED, event="left", by="arm", at=[2], errors="greenwood", **TIMES
    )
    assert greenwood.tidy()["std_error"].isna().all()


def test_where_all_are_censored_there_are_no_event_times_and_nothing_to_test():
    with pytest.raises(EstimationError, match="there is no event"):
        cumulative_incidence(ALL_CENSORED, cause="cause", **TIMES)
    with pytest.raises(EstimationError, match="there is no event"):
        kaplan_meier(ALL_CENSORED, event="left", **TIMES)
    with pytest.raises(EstimationError, match="0 events among 2 groups"):
        log_rank(ALL_CENSORED, event="left", by="arm", **TIMES)
    with pytest.raises(EstimationError, match="no row ends in the cause left"):
        gray_test(ALL_CENSORED, exit="exit", cause="cause", of="left", by="arm")


def test_where_one_arm_has_all_events_the_other_has_no_error_nor_has_the_difference():
    records = rows(["left", "", "left", "", "", ""], "ababab")
    found = cumulative_incidence(records, cause="cause", by="arm", at=[4], **TIMES)
    arms = found.tidy().query("state == 'left'").set_index("group")
    assert arms.loc["b", "estimate"] == 0
    assert np.isnan(arms.loc["b", "std_error"]) and arms.loc["a", "std_error"] > 0
    difference = found.difference("a", "b").query("state == 'left'").iloc[0]
    assert difference["estimate"] == arms.loc["a", "estimate"] > 0
    assert difference[["std_error", "ci_low", "ci_high", "p_value"]].isna().all()
    # The tests need no error of each arm.
    assert 0 < log_rank(records, event="left", by="arm", **TIMES).p_value < 1
    assert 0 < gray_test(records, exit="exit", cause="cause", of="left", by="arm").p_value < 1


def test_one_person_has_a_curve_without_an_error_and_nobody_to_be_compared_with():
    one = rows(["left"])
    found = cumulative_incidence(one, cause="cause", at=[0.5, 1, 9], **TIMES)
    left = found.tidy().query("state == 'left'")
    assert left["estimate"].tolist() == [0, 1, 1]
    assert left["std_error"].isna().all()
    assert kaplan_meier(one, event="left", **TIMES).medians()["estimate"].item() == 1
    with pytest.raises(EstimationError, match="1 events among 1 groups"):
        log_rank(one, event="left", by="arm", **TIMES)
    with pytest.raises(EstimationError, match="1 events among 1 groups"):
        gray_test(one, exit="exit", cause="cause", of="left", by="arm")


def test_without_a_comparator_the_difference_is_refused():
    found = cumulative_incidence(rows(["left", ""]), cause="cause", by="arm", at=[1], **TIMES)
    with pytest.raises(EstimationError, match="there is no group b"):
        found.difference("a", "b")


def test_nothing_is_said_of_a_time_beyond_follow_up_not_even_an_error():
    found = mean_time_of(rows(["left", "", ""]), cause="cause", at=[2, 9], **TIMES)
    left = found.tidy().query("state == 'left'")
    assert left[["estimate", "std_error"]].isna().all(axis=1).tolist() == [False, True]
    curves = kaplan_meier(rows(["left", "", ""]), event="left", at=[9], errors="greenwood", **TIMES)
    assert curves.tidy()[["estimate", "std_error"]].isna().all(axis=None)


def test_no_records_and_columns_that_are_not_there_are_refused():
    empty = rows(["left"]).iloc[:0]
    for call in (
        lambda r: cumulative_incidence(r, cause="cause", at=[1], **TIMES),
        lambda r: kaplan_meier(r, event="left", at=[1], **TIMES),
        lambda r: log_rank(r, event="left", by="arm", **TIMES),
        lambda r: gray_test(r, exit="exit", cause="cause", of="left", by="arm"),
    ):
        with pytest.raises(EstimationError, match="there are no records"):
            call(empty)
        with pytest.raises(EstimationError, match="the records have no column"):
            call(rows(["left"]).drop(columns=["arm", "left", "cause"]))
