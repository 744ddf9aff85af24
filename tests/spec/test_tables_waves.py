"""The day a survey wave opened: declared, or that of its first answer unless that is in doubt."""

from datetime import date

import pandas as pd
import pytest

from mentor_outcomes.errors import SourceError
from mentor_outcomes.study import Layout
from mentor_outcomes.tables.waves import early_answers, opening_days
from tests.tiny_tables import intake_of


def answers(first: str, *, n: int = 99, wave: int = 1) -> pd.DataFrame:
    """So many answers on one day after the other from 1 March 2020, and a first one."""
    days = [pd.Timestamp(first), *pd.date_range("2020-03-01", periods=n)]
    return pd.DataFrame({"wave": wave, "answered_on": days}).astype(
        {"answered_on": "datetime64[us]"}
    )


def test_a_wave_opens_with_its_first_answer_or_on_the_day_declared():
    both = pd.concat([answers("2020-02-28"), answers("2020-02-28", wave=2)])
    opened = opening_days(both, {"2": date(2020, 2, 20)})
    assert opened.to_dict() == {1: pd.Timestamp("2020-02-28"), 2: pd.Timestamp("2020-02-20")}


@pytest.mark.parametrize(("first", "is_refused"), [("2020-01-05", False), ("2020-01-04", True)])
def test_a_first_answer_over_60_days_before_5_per_cent_had_answered_is_refused(first, is_refused):
    """Of 100 answers the fifth after the first is of 5 March: 60 or 61 days later."""
    stray = answers(first)
    if not is_refused:
        assert opening_days(stray, {}).loc[1] == pd.Timestamp(first)
        return
    with pytest.raises(SourceError, match=r"first answer to wave 1 lies 61 days before") as caught:
        opening_days(stray, {})
    assert 'waves: {1: "YYYY-MM-DD"}' in caught.value.remedy
    assert "2020" not in str(caught.value), "one person's day"
    assert opening_days(stray, {"1": date(2020, 3, 1)}).loc[1] == pd.Timestamp("2020-03-01")


def test_of_fewer_than_20_answers_the_first_counts_whenever_it_was_given():
    assert opening_days(answers("2019-03-01", n=18), {}).loc[1] == pd.Timestamp("2019-03-01")
    with pytest.raises(SourceError, match="wave 1 lies 366 days before"):
        opening_days(answers("2019-03-01", n=19), {})


def test_a_declared_wave_nobody_answered_is_refused():
    with pytest.raises(SourceError, match=r"survey\.waves declares wave 3"):
        opening_days(answers("2020-03-01"), {"3": date(2020, 3, 1)})


def test_answers_before_the_declared_day_are_counted_and_used():
    survey = intake_of(layouts={"survey": Layout(waves={"1": date(2020, 6, 11)})})
    assert "survey: 2 answers to wave 1 dated before it opened" in survey.notes
    assert len(survey.tables["survey_answers"]) == 3
    opened = survey.tables["survey_linkage"].set_index("wave")["opened_on"]
    assert opened.to_dict() == {1: pd.Timestamp("2020-06-11"), 2: pd.Timestamp("2020-12-09")}


def test_without_answers_no_wave_has_opened():
    nobody = answers("2020-03-01").iloc[:0]
    assert opening_days(nobody, {}).empty
    assert not list(early_answers(nobody, opening_days(nobody, {})))
