"""Who becomes whose mentor: somebody more senior, of the same family and gender if there is one."""

import numpy as np

from mentor_outcomes.simulation.hr_exports import Filed
from mentor_outcomes.simulation.managers import NOBODY, is_employed
from mentor_outcomes.simulation.parameters import TOP_GRADE

_CANDIDATES = 6


def choose_mentors(
    filed: Filed,
    protege: np.ndarray,
    started_on: np.ndarray,
    is_formal: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """A mentor (a stay) for each start; NOBODY where no one more senior was there.

    The line manager with the declared chance; the choice changes nothing else.
    """
    p = filed.record.setting.parameters.mentoring
    month = np.maximum(filed.record.timeline.month_of(started_on), 0)
    boss = filed.manager[month, protege]
    chance = np.where(is_formal, p.manager_share_formal, p.manager_share_informal)
    takes_boss = (rng.random(len(protege)) < chance) & _fits(
        filed, boss, protege, started_on, month
    )
    luck = rng.random((2, len(protege), _CANDIDATES))
    wants_same_gender = rng.random(len(protege)) < p.same_gender_pull
    chosen = np.full(len(protege), NOBODY)
    for each in np.unique(month):
        here = np.flatnonzero(month == each)
        near = _candidates(filed, each, protege[here], luck[0, here], same_family=True)
        far = _candidates(filed, each, protege[here], luck[1, here], same_family=False)
        options = np.concatenate([near, far], axis=1)
        chosen[here] = _first_fitting(
            filed, options, protege[here], started_on[here], each, wants_same_gender[here]
        )
    return np.where(takes_boss, boss, chosen)


def _fits(filed: Filed, mentor, protege, day, month) -> np.ndarray:
    """More senior (at the top: as senior), somebody else, there on that day and after."""
    stays, grade = filed.record.stays, filed.record.histories.grade
    needed = np.minimum(grade[month, protege] + 1, TOP_GRADE)
    return (
        (mentor != NOBODY)
        & (stays.person[mentor] != stays.person[protege])
        & (grade[month, mentor] >= needed)
        & (stays.hired_on[mentor] <= day)
        & (filed.record.left_on[mentor] > day)
    )


def _candidates(filed: Filed, month: int, protege, luck, *, same_family: bool) -> np.ndarray:
    """Random picks among those more senior on the first of the month, shape (proteges, picks)."""
    employed = np.flatnonzero(is_employed(filed.record, month))
    grade = filed.record.histories.grade[month].astype("int64")
    family = filed.record.stays.family if same_family else np.zeros(len(grade), dtype="int64")
    rank = (family * 10 + grade).astype("int8")  # small numbers sort in linear time
    order = employed[np.argsort(rank[employed], kind="stable")]
    ranks = rank[order]
    first = np.searchsorted(ranks, family[protege] * 10 + np.minimum(grade[protege] + 1, TOP_GRADE))
    after = np.searchsorted(ranks, family[protege] * 10 + TOP_GRADE, side="right")
    place = first[:, None] + (luck * (after - first)[:, None]).astype("int64")
    found = order[np.minimum(place, len(order) - 1)]
    return np.where((after > first)[:, None], found, NOBODY)


def _first_fitting(filed: Filed, options, protege, day, month, wants_same_gender) -> np.ndarray:
    is_woman = filed.record.stays.is_woman
    fits = _fits(filed, options, protege[:, None], day[:, None], month)
    pleases = (is_woman[options] == is_woman[protege][:, None]) | ~wants_same_gender[:, None]
    score = 2 * fits + (fits & pleases)
    best = np.argmax(score, axis=1)  # the first of the best
    rows = np.arange(len(protege))
    return np.where(fits[rows, best], options[rows, best], NOBODY)
