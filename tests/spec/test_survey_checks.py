"""Invariance and linkage of answers, as checks of a scale's effect."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates.survey_checks import (
    judge_common_source,
    judge_invariance,
    judge_linkage,
    why_means_not_compared,
)
from mentor_outcomes.study import Source

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
        (("yes", "doubtful", "yes"), HOLDING, "in_doubt"),
        (HOLDING, ("yes", "yes", "doubtful"), "in_doubt"),
        (("cannot be tested", "doubtful", "no"), HOLDING, "in_doubt"),
        (("yes", "doubtful", "doubtful"), ("yes", "no", "no"), "failed"),
        (("yes", "doubtful", "yes"), ("not evaluated",) * 3, "not_evaluated"),
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


def test_what_is_doubtful_is_told_after_what_does_not_hold():
    judged = judge_invariance(steps(("yes", "doubtful", "no"), ("yes", "yes", "doubtful")))
    assert judged.message == (
        "equal intercepts do not hold between waves (CFI -0.001, RMSEA +0.016); "
        "equal loadings are doubtful between waves (CFI -0.001); "
        "equal intercepts are doubtful between the mentored and others (CFI -0.001, RMSEA +0.016)"
    )


def test_why_invariance_was_not_evaluated_is_told_once():
    judged = judge_invariance(steps(HOLDING, ("not evaluated",) * 3).assign(reason="too few"))
    assert judged.message == "between the mentored and others: too few"


def rates(*waves: tuple[int, tuple[int, int], tuple[int, int]]) -> pd.DataFrame:
    """Each wave: unlinked answers; people employed and answers of the mentored; of the others."""
    rows = [
        (wave, arm, n_employed, n_answered, n_unlinked)
        for wave, (n_unlinked, *of_arms) in enumerate(waves, start=1)
        for arm, (n_employed, n_answered) in zip(("mentored", "not_mentored"), of_arms, strict=True)
    ]
    columns = ["wave", "arm", "n_employed", "n_answered", "n_unlinked"]
    return pd.DataFrame(rows, columns=columns)


@pytest.mark.parametrize(
    ("n_unlinked", "result", "value"),
    [
        (0, "passed", 0),
        (10, "passed", 10 / 200),
        (11, "in_doubt", 11 / 201),
        (21, "in_doubt", 21 / 211),
        (22, "not_evaluated", 22 / 212),
    ],
)
def test_linkage_is_judged_by_the_largest_difference_over_all_waves_that_the_unlinked_allow(
    n_unlinked, result, value
):
    """190 answers of the mentored: with 10 unlinked ones 190 of 200 at worst, against all."""
    judged = judge_linkage(rates((n_unlinked, (200, 95), (2000, 900)), (0, (200, 95), (2000, 900))))
    assert judged.result == result
    assert judged.value == pytest.approx(value)


def test_waves_before_anybody_is_mentored_do_not_block_a_study():
    """1 unlinked of 181, nobody mentored; later none of 100 + 100: at most 1 - 280 / 281."""
    judged = judge_linkage(rates((1, (0, 0), (220, 180)), (0, (120, 100), (120, 100))))
    assert judged.result == "passed"
    assert judged.value == pytest.approx(1 / 281)
    assert judged.n_smallest == 1


def test_many_unlinked_answers_in_every_wave_do_not_pass():
    """30 of 100 in each of four waves: 4 x 35 mentored answers of 4 x 65 at worst, against all."""
    judged = judge_linkage(rates(*[(30, (80, 35), (80, 35))] * 4))
    assert judged.result == "not_evaluated"
    assert judged.value == pytest.approx(30 / 65)
    assert judged.message == (
        "the share of answers linked to a person may differ by up to 46%, or not at all: whose the "
        "unlinked answers are is unknown"
    )
    assert judged.n_smallest == 30  # the same people in every wave, perhaps


def test_no_more_unlinked_answers_are_of_an_arm_than_people_in_it_who_have_not_answered():
    """2 of 40 mentored can be of the 10; the other 8 are then of the others.

    38 / 40 - 90 / 98 = .0316; the other way round 1 - 90 / 100 = .1, no more than the limit.
    """
    judged = judge_linkage(rates((10, (40, 38), (200, 90))))
    assert (judged.result, judged.value) == ("in_doubt", pytest.approx(0.1))
    assert judged.n_smallest == 2


def test_where_one_arm_is_behind_in_any_case_the_message_says_by_how_much():
    """At most 2 of the 30 are of the mentored: 48 / 50 - 70 / 98 = .246, or 1 - 70 / 100 = .3."""
    judged = judge_linkage(rates((30, (50, 48), (200, 70))))
    assert (judged.result, judged.value) == ("not_evaluated", pytest.approx(0.3))
    assert "differs by 25% to 30%: whose" in judged.message


def test_unlinked_answers_beyond_all_who_have_not_answered_are_of_nobody_asked():
    """2 + 3 people are left to answer; 1,000 unlinked are 5: 98 / 100 against 297 / 300."""
    judged = judge_linkage(rates((1000, (100, 98), (300, 297))))
    assert judged.result == "passed"
    assert judged.value == pytest.approx(0.01)


def test_a_wave_without_any_linked_answer_is_left_out():
    lost = (500, (np.nan, 0), (np.nan, 0))
    good = (0, (200, 95), (2000, 900))
    assert judge_linkage(rates(lost, good)).value == 0
    assert judge_linkage(rates(lost)).result == "not_evaluated"


def test_without_answers_of_both_arms_linkage_is_not_evaluated():
    assert judge_linkage(rates()).result == "not_evaluated"
    assert judge_linkage(rates((0, (0, 0), (220, 180)))).result == "not_evaluated"
    assert judge_linkage(rates((3, (9, 0), (220, 180)))).result == "not_evaluated"


@pytest.mark.parametrize(
    ("waves", "mentored", "where"),
    [
        (("yes", "no", "no"), HOLDING, ["between waves"]),
        (HOLDING, ("yes", "no", "yes"), ["between the mentored and others"]),
        (("yes", "no", "no"), ("not evaluated",) * 3, ["between waves"]),
        (
            ("cannot be tested", "no", "doubtful"),
            ("yes", "no", "no"),
            ["between waves", "between the mentored and others"],
        ),
    ],
)
def test_scores_are_not_compared_where_loadings_differ_in_either_grouping(waves, mentored, where):
    reason = why_means_not_compared(steps(waves, mentored, fall=0.02))
    assert "the questions hang together differently" in reason
    assert "its scores are not compared" in reason
    for words in ("between waves", "between the mentored and others"):
        assert (words in reason) == (words in where)
    assert "CFI -0.020" in reason


@pytest.mark.parametrize(
    ("waves", "mentored"),
    [
        (HOLDING, HOLDING),
        (("yes", "yes", "no"), ("yes", "doubtful", "doubtful")),
        (("cannot be tested",) * 3, ("cannot be tested",) * 3),
        (("no", "yes", "cannot be tested"), HOLDING),
        (("not evaluated",) * 3, ("not evaluated",) * 3),
        ((), ()),
    ],
)
def test_scores_are_compared_where_loadings_do_not_differ_for_certain(waves, mentored):
    """What was not evaluated blocks the verdict by its check; a doubt stays a doubt."""
    assert why_means_not_compared(steps(waves, mentored)) is None


def test_one_source_of_exposure_and_scores_is_a_doubt():
    survey, record = Source(path="survey_*.csv"), Source(path="mentoring.csv")
    passed = judge_common_source({"survey": survey, "mentoring": record})
    assert passed.result == "passed"
    told = judge_common_source({"survey": survey, "mentoring": Source(path="survey_2.csv")})
    assert told.result == "in_doubt"
    assert told.message == (
        "who was mentored is read from the files of the survey: people who feel well may report "
        "both a mentor and a better score"
    )
    assert judge_common_source({"mentoring": record}).result == "not_evaluated"
