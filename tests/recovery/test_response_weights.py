"""Where nobody gains anything, unequal answering in two arms and waves makes no effect.

Two cohorts of 1,000 pairs; everybody answers before the start. Moods rise by 1 for everybody
between the waves that the two cohorts answer afterwards. Which of them answer is settled: shares
are exact, so the true difference, 0, is to be found but for rounding in the fit.
"""

import pandas as pd
import pytest

from mentor_outcomes.estimates import response_weights
from mentor_outcomes.estimates.panel.matched_waves import matched_wave_difference
from mentor_outcomes.study import Groups

N_PAIRS = 1000
OPENED = ("2020-01-15", "2020-07-15", "2021-01-15", "2021-07-15")
PERIODS = (0, 6, 12, 18)
COHORTS = {  # start, waves before and after, mood after, share of the mentored, of the others
    "early": ("2020-02-01", 0, 1, 0.0, 0.90, 0.60),
    "late": ("2021-02-01", 2, 3, 1.0, 0.72, 0.30),
}


def invented() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Sets, person-waves and person-months."""
    sets, waves, months = [], [], []
    for cohort, (start, before, after, mood, *shares) in COHORTS.items():
        for pair in range(N_PAIRS):
            for is_mentored, share in zip((True, False), shares, strict=True):
                person = f"{cohort}-{pair}-{is_mentored}"
                then = mood if pair < share * N_PAIRS else None
                sets.append((f"{cohort}-{pair}", person, pd.Timestamp(start), is_mentored, 1.0))
                for wave, score in ((before, 0.0), (after, then)):
                    waves.append((person, wave, pd.Timestamp(OPENED[wave]), PERIODS[wave], score))
                    months.append((person, PERIODS[wave] - 1, is_mentored and wave == after))
    return (
        pd.DataFrame(sets, columns=["set_id", "person_id", "time_zero", "is_mentored", "weight"]),
        pd.DataFrame(waves, columns=["person_id", "wave", "opened_on", "period", "mood"]),
        pd.DataFrame(months, columns=["person_id", "period", "is_mentored_ever"]),
    )


@pytest.mark.parametrize("quantile", [1.0, 0.99])
def test_a_change_between_waves_does_not_pass_for_an_effect(quantile):
    sets, waves, months = invented()
    groups = Groups(truncate_weights_at=quantile)
    response = response_weights(waves, months, answered="mood", groups=groups)
    found, _ = matched_wave_difference(
        sets, waves, outcome="mood", months_since_start=[6], response=response
    )
    # The odds of answering differ by a factor of 6 in both waves: the logit holds exactly.
    assert found.points["estimate"].iloc[0] == pytest.approx(0, abs=1e-6)
    bare, _ = matched_wave_difference(sets, waves, outcome="mood", months_since_start=[6])
    assert bare.points["estimate"].iloc[0] > 0.1
