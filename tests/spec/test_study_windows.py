"""Windows of months in a study file."""

import pytest

from mentor_outcomes.errors import StudyError
from mentor_outcomes.study import Analysis
from mentor_outcomes.study.windows import check_windows


def test_without_a_setting_windows_are_the_years_within_the_horizons():
    assert Analysis().windows == ((1, 12), (13, 24), (25, 36))
    assert Analysis(horizons_months=(6, 30)).windows == ((1, 12), (13, 24))
    assert Analysis(horizons_months=(3,)).windows == ()


def test_declared_windows_are_taken_as_they_are():
    assert Analysis(windows_months=((1, 6),)).windows == ((1, 6),)
    assert Analysis(windows_months=()).windows == ()


@pytest.mark.parametrize(
    ("windows", "words"),
    [
        ([(1, 12, 24)], "whole months"),
        ([(1.5, 12)], "whole months"),
        ([(0, 12)], "from 1 on"),
        ([(12, 1)], "order of time"),
        ([(1, 12), (12, 24)], "after the one before has ended"),
        ([(13, 24), (1, 12)], "sort them"),
        ([(25, 37)], "longest horizon"),
    ],
)
def test_windows_that_are_none_are_refused(windows, words):
    with pytest.raises(StudyError, match=words):
        check_windows(windows, (12, 24, 36))


def test_good_windows_pass():
    check_windows([(1, 1), (2, 12), (25, 36)], (12, 24, 36))
    check_windows([], (3,))
