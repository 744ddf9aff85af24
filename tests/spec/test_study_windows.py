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
    with pytest.raises(StudyError, match=words) as refused:
        check_windows(windows, (12, 24, 36))
    assert "leave analysis.windows_months out: windows then follow the" in refused.value.remedy


def test_where_horizons_are_shortened_windows_left_out_follow_and_declared_ones_are_refused():
    years = ((1, 12), (13, 24), (25, 36))
    check_windows(Analysis(horizons_months=(12, 24)).windows, (12, 24))
    with pytest.raises(StudyError, match=r"longest horizon 24.*leave analysis.windows_months out"):
        check_windows(Analysis(windows_months=years).windows, (12, 24))


def test_good_windows_pass():
    check_windows([(1, 1), (2, 12), (25, 36)], (12, 24, 36))
    check_windows([], (3,))
