"""The smallest effect a design would see, from its weights and a declared spread; reads no outcome.

An arm counts as so many people: the independent outcomes that unequal weights and reuse leave
(`independent_outcomes`), divided by how much more an estimate varies since the records end before
the horizon for late starts. With `m` and `c` such people the standard error is

    spread x sqrt(1/m + 1/c)        spread: sqrt(p (1 - p)) for events, the SD of the change else

and the smallest detectable effect is (z of the interval + z of the power) times that (Cohen 1988,
Statistical Power Analysis, ch. 2). It is about right, and no bound. Leavers, comparators mentored
later and surveys not answered are known only after the start, and each makes it larger. Arms count
as independent: people who serve as comparators and are mentored within the same window, and are not
censored then, make it smaller. Worked by hand in tests/spec/test_detectable.py.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

POWER = 0.8


@dataclass(frozen=True, slots=True)
class ArmSize:
    """How many people an arm of a design counts as.

    n_people        distinct people
    by_weights      independent outcomes that the weights leave, one per person where each serves
                    once with equal weight; more than `n_people` where people serve again on days a
                    horizon apart
    by_follow_up    factor by which the variance grows since late starts are not followed to the
                    horizon; infinite where nobody is, missing where it needs a rate and none is
                    declared
    share_followed  weighted share of members followed to the horizon
    mean_events     expected events of a person of the arm by the end of their follow-up, at most
                    the horizon; missing where no rate is declared
    """

    n_people: int
    by_weights: float
    by_follow_up: float
    share_followed: float
    mean_events: float = np.nan

    @property
    def effective(self) -> float:
        return self.by_weights / self.by_follow_up


def smallest_detectable(std_error: float, confidence: float = 0.95, power: float = POWER) -> float:
    """The effect whose two-sided interval excludes 0 with this power, in the error's unit."""
    return float((ndtri((1 + confidence) / 2) + ndtri(power)) * std_error)


def std_error(spread: float, mentored: float, comparison: float) -> float:
    """Expected standard error of a difference of two independent arms of so many people."""
    if not (mentored > 0 and comparison > 0):
        return float("nan")
    return float(spread * np.sqrt(1 / mentored + 1 / comparison))


def arm_of_events(
    members: pd.DataFrame, followed_days: np.ndarray, *, horizon_days: float, risk: float
) -> ArmSize:
    """Size of an arm for a risk at the horizon.

    members         person_id, time_zero and weight, one row per member of a set
    followed_days   days from time zero to the end of the records
    risk            expected share with the event by the horizon; missing: not declared

    Events come at a constant rate. Greenwood's variance of the risk (1926), with a share G(t) of
    the weight still followed at t, is (1 - risk)^2 times the integral of rate / (S(t) G(t)), which
    without losses is risk (1 - risk).
    """
    weights = members["weight"].to_numpy()
    share = _share(weights, followed_days >= horizon_days)
    inflation, mean_events = np.inf if share == 0 else np.nan, np.nan
    if np.isfinite(risk):
        rate = -np.log1p(-risk) / horizon_days
        until = np.minimum(followed_days, horizon_days)
        mean_events = float(weights @ -np.expm1(-rate * until) / weights.sum())
        if share > 0:
            inflation = _greenwood_factor(weights, until, horizon_days, risk)
    return ArmSize(*_sizes(members, horizon_days), inflation, share, mean_events)


def arm_of_changes(
    members: pd.DataFrame, followed_days: np.ndarray, *, horizon_days: float
) -> ArmSize:
    """Size of an arm for a mean change to the horizon: of those followed so long, and no others."""
    is_followed = followed_days >= horizon_days
    share = _share(members["weight"].to_numpy(), is_followed)
    n_people, by_weights = _sizes(members, horizon_days)
    if share == 0:
        return ArmSize(n_people, by_weights, np.inf, 0.0)
    effective = independent_outcomes(members[is_followed], horizon_days)
    return ArmSize(n_people, by_weights, by_weights / effective, share)


def _greenwood_factor(
    weights: np.ndarray, until: np.ndarray, horizon_days: float, risk: float
) -> float:
    """Variance of a risk with these ends of follow-up, over that with none before the horizon."""
    rate = -np.log1p(-risk) / horizon_days
    ends, place = np.unique(until, return_inverse=True)
    ending = np.bincount(place, weights)
    still_followed = ending[::-1].cumsum()[::-1] / weights.sum()
    odds = np.expm1(rate * ends)  # the integral of rate / S(t)
    return float((1 - risk) / risk * (np.diff(odds, prepend=0.0) / still_followed).sum())


def independent_outcomes(members: pd.DataFrame, horizon_days: float) -> float:
    """Independent outcomes, of weight 1, whose mean varies as much as an arm's weighted mean.

    A person's outcomes are of windows from each time zero to the horizon. Two of them correlate by
    the share of the windows that overlaps: exactly so for counts of events at a constant rate and
    for changes of a random walk, whose parts in disjoint times are independent; about so for the
    first event. Different people are independent. So it is, with t in days,

        (sum w)^2 / sum over people and their pairs of rows of w_i w_j max(0, 1 - |t_i - t_j| / h)

    Of windows that all begin on one day that is Kish's number (1965, Survey Sampling) with weights
    summed per person; of windows a horizon apart, Kish's number of the rows.

    members   person_id, time_zero and weight, one row per member of a set
    """
    day = (members["time_zero"] - members["time_zero"].min()).dt.days.to_numpy()
    # On one line of days, with people further apart than a window reaches, one search finds each
    # row's window, and running sums the pairs: 60 rows a person would make 3,600.
    stride = int(day.max()) + int(np.ceil(horizon_days)) + 1
    place = pd.factorize(members["person_id"])[0].astype(np.int64) * stride + day
    order = np.argsort(place, kind="stable")
    place, day, weight = place[order], day[order], members["weight"].to_numpy()[order]
    first = np.searchsorted(place, place - horizon_days, side="right")
    of_weight, of_days = (np.cumsum(np.r_[0.0, part]) for part in (weight, weight * day))
    earlier, earlier_days = (sums[:-1] - sums[first] for sums in (of_weight, of_days))
    overlap = earlier * (1 - day / horizon_days) + earlier_days / horizon_days
    squares = weight @ weight + 2 * (weight @ overlap)
    return float(weight.sum() ** 2 / squares)


def _sizes(members: pd.DataFrame, horizon_days: float) -> tuple[int, float]:
    """Distinct people, and the independent outcomes that their weights leave."""
    return members["person_id"].nunique(), independent_outcomes(members, horizon_days)


def _share(weights: np.ndarray, chosen: np.ndarray) -> float:
    return float(weights[chosen].sum() / weights.sum())
