"""Invariance and linkage of answers, as checks of a scale's effect."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates.survey_checks import judge_invariance, judge_linkage

HOLDING = ("yes", "yes", "yes")


def steps(waves=HOLDING, mentored=HOLDING, fall=0.001) -> pd.DataFrame:
    rows = []
    for grouping, verdicts in (("waves", waves), ("mentored", mentored)):
        for step, holds in zip(("configural", "metric", "scalar"), verdicts, strict=False):
            rows.append(
                {
                    "grouping": grouping,
                    "step": step,
                    "holds": holds,
                    "delta_cfi": np.nan if step == "configural" else -fall,
                    "delta_rmsea": 0.016 if step == "scalar" else np.nan,
                    "n_smallest": 120,
                    "reason": f"{step} {holds}",
                }
            )
    return pd.DataFrame(rows, columns=["grouping", "step", "holds", *RESULTS])


RESULTS = ("delta_cfi", "delta_rmsea", "n_smallest", "reason")


@pytest.mark.parametrize(
    ("waves", "mentored", "result"),
    [
        (HOLDING, HOLDING, "passed"),
        (("cannot be tested", "yes", "yes"), HOLDING, "passed"),  # three items
        (("yes", "yes", "no"), HOLDING, "in_doubt"),
        (HOLDING, ("yes", "yes", "no"), "in_doubt"),
        (("no", "yes", "yes"), HOLDING, "in_doubt"),
        (("cannot be tested",) * 3, ("cannot be tested",) * 3, "in_doubt"),  # two items
        (HOLDING, ("yes", "no", "no"), "failed"),
        (("yes", "no", "no"), ("not evaluated",) * 3, "failed"),
        (HOLDING, ("not evaluated",) * 3, "not_evaluated"),
        (("yes", "yes", "no"), ("not evaluated",) * 3, "not_evaluated"),
        (HOLDING, (), "not_evaluated"),
        ((), (), "not_evaluated"),
    ],
)
def test_unequal_loadings_fail_and_unequal_intercepts_are_a_doubt(waves, mentored, result):
    assert judge_invariance(steps(waves, mentored)).result == result


def test_the_message_says_what_differs_and_where():
    judged = judge_invariance(steps(("yes", "yes", "no"), ("yes", "yes", "no"), fall=0.02))
    assert judged.message == (
        "equal intercepts do not hold between waves (CFI -0.020, RMSEA +0.016); "
        "equal intercepts do not hold between the mentored and others (CFI -0.020, RMSEA +0.016)"
    )
    assert (judged.value, judged.n_smallest) == (0.02, 120)
    judged = judge_invariance(steps(("yes", "no", "no")))
    assert judged.message == "equal loadings do not hold between waves (CFI -0.001)"


def test_why_invariance_was_not_evaluated_is_told_once():
    judged = judge_invariance(steps(HOLDING, ("not evaluated",) * 3).assign(reason="too few"))
    assert judged.message == "between the mentored and others: too few"


def rates(*rows: tuple[int, str, int, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["wave", "arm", "n_answered", "n_unlinked"])
    finished = frame["n_answered"] + frame["n_unlinked"]
    lowest = frame["n_answered"] / finished.where(finished > 0)
    return frame.assign(linkage_lowest=lowest, linkage_highest=lowest.where(lowest.isna(), 1.0))


@pytest.mark.parametrize(
    ("n_unlinked", "result", "value"),
    [
        (0, "passed", 0),
        (5, "passed", 5 / 100),
        (6, "in_doubt", 6 / 101),
        (10, "in_doubt", 10 / 105),
        (11, "not_evaluated", 11 / 106),
    ],
)
def test_linkage_is_judged_by_the_largest_difference_that_the_unlinked_allow(
    n_unlinked, result, value
):
    """95 answers of the smaller arm: with 5 unlinked ones, 95 of 100 at worst against all."""
    table = rates(
        (1, "mentored", 95, n_unlinked),
        (1, "not_mentored", 900, n_unlinked),
        (2, "mentored", 500, 0),
        (2, "not_mentored", 900, 0),
    )
    judged = judge_linkage(table)
    assert judged.result == result
    assert judged.value == pytest.approx(value)
    assert judged.n_smallest == n_unlinked


def test_beyond_the_limit_the_message_says_that_the_arm_of_the_unlinked_is_unknown():
    message = judge_linkage(rates((1, "mentored", 50, 50))).message
    assert "up to 50%" in message and "unknown" in message


def test_without_a_survey_linkage_is_not_evaluated():
    assert judge_linkage(rates()).result == "not_evaluated"
    assert judge_linkage(rates((1, "mentored", 0, 0))).result == "not_evaluated"
