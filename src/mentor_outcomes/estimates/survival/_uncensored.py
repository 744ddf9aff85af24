"""The probability of not being censored yet, by product limit, within one censoring group.

Where people are censored at the very time of an event, two conventions are in use:
`with_events`, as R's `cmprsk::crr`: those with the event count as at risk of being censored there;
`after_events`, as R's `survival::finegray`: they do not, since being censored comes after.
"""

from dataclasses import dataclass

import numpy as np

WITH_EVENTS, AFTER_EVENTS = "with_events", "after_events"


@dataclass(frozen=True, slots=True, eq=False)
class CensoringGroup:
    """One censoring group; n members, J distinct times at which some are censored.

    times        (J,)
    hazard       (J,) share of those at risk who are censored
    n_at_risk    (J,)
    uncensored   (J + 1,) running product of 1 - hazard
    n_at_risk_of (n,) how many of `times` each member is at risk of being censored at
    censored_at  (n,) place among `times` where one is censored; -1: had an event
    followed_to  the last time at which a member is followed
    convention   with_events or after_events
    """

    times: np.ndarray
    hazard: np.ndarray
    n_at_risk: np.ndarray
    uncensored: np.ndarray
    n_at_risk_of: np.ndarray
    censored_at: np.ndarray
    followed_to: float
    convention: str

    @property
    def side_of_past(self) -> str:
        """How q counts competing events and events of the cause that fall on a censoring time."""
        return "left" if self.convention == WITH_EVENTS else "right"

    def before(self, when: np.ndarray) -> np.ndarray:
        """Probability of not being censored before each time; 0 beyond all members' follow-up."""
        found = self.uncensored[np.searchsorted(self.times, when, side="left")]
        return np.where(when > self.followed_to, 0.0, found)

    def martingale_integrals(self, values: np.ndarray) -> np.ndarray:
        """Per member the integral of values / at risk by the martingale of being censored, (n, p).

        `values` (J, p) at the censoring times. `after_events` differentiates the product limit
        itself; `with_events` its exponential approximation, as `crr` does.
        """
        steps = values / self.n_at_risk[:, None]
        if self.convention == AFTER_EVENTS:
            left = 1 - self.hazard
            # Where everybody is censored, G is 0 whoever is added: no influence.
            steps = np.where(left[:, None] > 0, steps / np.where(left > 0, left, 1)[:, None], 0.0)
        compensator = np.cumsum(self.hazard[:, None] * steps, axis=0)
        compensator = np.concatenate([np.zeros((1, values.shape[1])), compensator])
        integrals = -compensator[self.n_at_risk_of]
        censored = self.censored_at >= 0
        integrals[censored] += steps[self.censored_at[censored]]
        return integrals


def censoring_group(exit: np.ndarray, is_censored: np.ndarray, convention: str) -> CensoringGroup:
    """The group whose members leave at `exit`, censored or with an event of any cause."""
    times, n_censored = np.unique(exit[is_censored], return_counts=True)
    up_to = np.searchsorted(times, exit, side="right")
    if convention == AFTER_EVENTS:
        up_to = np.where(is_censored, up_to, np.searchsorted(times, exit, side="left"))
    n_at_risk = np.cumsum(np.bincount(up_to, minlength=len(times) + 1)[::-1])[::-1][1:]
    hazard = n_censored / n_at_risk
    place = np.where(is_censored, up_to - 1, -1)
    return CensoringGroup(
        times=times,
        hazard=hazard,
        n_at_risk=n_at_risk,
        uncensored=np.concatenate([[1.0], np.cumprod(1 - hazard)]),
        n_at_risk_of=up_to,
        censored_at=place,
        followed_to=float(exit.max()),
        convention=convention,
    )
