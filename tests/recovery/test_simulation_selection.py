"""Mentoring, leaving and answering depend on what HR has on file, unless a switch says otherwise.

Score tests: given the chance that the recorded history implies, is a hidden trait higher among
those to whom it happened? Sum of (happened - chance) x trait over its standard error, a standard
normal number if not. The seed is fixed, so these tests never fail by chance; 3 would be passed
once in 400 seeds.
"""

import numpy as np
import pytest
from scipy.special import expit

from mentor_outcomes.simulation.careers import known_on_eve, next_month, state_on_entry
from mentor_outcomes.simulation.record import Record
from mentor_outcomes.simulation.starts import start_log_odds
from mentor_outcomes.simulation.timeline import NEVER
from mentor_outcomes.simulation.waves import observed_waves, respondents, trait_levels
from tests.invented_organisation import record

PEOPLE = 3000
BY_CHANCE = 3.0


def score_of_starts(made: Record) -> tuple[float, float]:
    """The score statistic of promise, and the largest monthly chance of a start."""
    setting, mentoring = made.setting, made.setting.parameters.mentoring
    state = state_on_entry(setting.stays)
    total = variance = largest = 0.0
    for month in range(made.timeline.end_of_window):
        after = next_month(state, month, setting)
        known = known_on_eve(state, month, setting)
        started = after.mentored_on != state.mentored_on
        may_start = (
            (setting.stays.entry_month < month)
            & (state.mentored_on == NEVER)
            & (known.tenure_months > 7)
            & (after.leave_until < made.timeline.starts[month])
        )
        chance = expit(start_log_odds(known, mentoring.informal))
        if made.timeline.calendar_month(month) in mentoring.formal_months:
            formal = expit(start_log_odds(known, mentoring.formal))
            chance = 1 - (1 - chance) * (1 - formal)
        promise = setting.stays.promise * may_start
        total += np.sum((started - chance) * promise)
        variance += np.sum(chance * (1 - chance) * promise**2)
        largest = max(largest, float(chance[may_start].max(initial=0)))
        state = after
    return total / np.sqrt(variance), largest


def test_given_the_recorded_history_promise_does_not_decide_who_is_mentored():
    score, largest = score_of_starts(record(PEOPLE))
    assert abs(score) < BY_CHANCE
    # everybody can be compared: no start is anywhere near certain
    assert largest < 0.10


def test_hidden_selection_makes_promise_decide():
    score, _ = score_of_starts(record(PEOPLE, hidden_selection=1.0))
    assert score > 3 * BY_CHANCE


def test_the_mentored_are_more_promising_so_the_naive_contrast_is_biased():
    made = record(PEOPLE)
    is_mentored = made.mentored_on < NEVER
    promise = made.stays.promise
    # over 400 people an arm, the error of the difference is about .04
    assert promise[is_mentored].mean() - promise[~is_mentored].mean() > 0.2


def satisfaction_of_leavers(made: Record) -> float:
    """Mean latent satisfaction, in SDs, in the half-year of leaving by choice."""
    satisfaction = trait_levels("job_satisfaction", made.setting, np.full(len(made.stays), NEVER))
    opened = [wave.opened_on for wave in observed_waves(made.timeline, _surveys(made))]
    chosen = made.histories.final.exit_kind == 0
    inside = chosen & (made.left_on > opened[0]) & (made.left_on <= opened[-1])
    wave = np.searchsorted(opened, made.left_on[inside]) - 1
    return float(satisfaction[wave, np.flatnonzero(inside)].mean())


def _surveys(made: Record):
    return made.setting.parameters.surveys


def test_leaving_depends_on_satisfaction_only_by_its_switch():
    # some 2,300 leavers: the error of the mean is .02
    assert abs(satisfaction_of_leavers(record(PEOPLE))) < 0.07
    assert satisfaction_of_leavers(record(PEOPLE, exit_on_satisfaction=1.0)) < -0.25


@pytest.mark.parametrize(("strength", "lowest", "highest"), [(0.0, -0.05, 0.05), (1.0, 0.1, 0.5)])
def test_answering_depends_on_satisfaction_only_by_its_switch(strength, lowest, highest):
    made = record(PEOPLE, response_on_satisfaction=strength)
    # the effect of mentoring left out: the mentored answer more often for their ratings
    satisfaction = trait_levels("job_satisfaction", made.setting, np.full(len(made.stays), NEVER))
    wave = observed_waves(made.timeline, _surveys(made))[3]
    felt = satisfaction[wave.number - 1]
    rows, _ = respondents(made, wave, felt)
    invited = (made.stays.hired_on <= wave.opened_on) & (made.left_on >= wave.opened_on)
    assert lowest < felt[rows].mean() - felt[invited].mean() < highest
