"""Counts that add up stay so when small ones are hidden: exclusions, and rows of the sources."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mentor_outcomes.release.counts import is_small, rounded
from mentor_outcomes.release.texts import publishable_text
from mentor_outcomes.study import Release

_ARM = ["role", "contrast", "eligibility", "arm"]
_PAIRS = (("n_removed", "n_remaining"), ("n_people_removed", "n_people_remaining"))
_COUNTS = (*(name for pair in _PAIRS for name in pair), "n_people_touched")


@dataclass(frozen=True, slots=True)
class _Step:
    """A criterion, or several that were applied in a row, and how many units and people fell out.

    n_people_touched   of several criteria: the most that are touched by one of them
    """

    step: int
    unit: str
    criterion: str
    n_removed: float
    n_remaining: float
    n_people_removed: float
    n_people_remaining: float
    n_people_touched: float

    def then(self, later: "_Step") -> "_Step":
        return replace(
            later,
            criterion=f"{self.criterion}; {later.criterion}",
            n_removed=self.n_removed + later.n_removed,
            n_people_removed=self.n_people_removed + later.n_people_removed,
            n_people_touched=max(self.n_people_touched, later.n_people_touched),
        )

    def removes_few(self, minimum: int) -> bool:
        """Whether it is about somebody, but about few: units, people lost, or people touched."""
        return any(0 < n < minimum for n in (self.n_removed, *self._people_removed()))

    def leaves_few(self, minimum: int) -> bool:
        """Whether somebody remains, but few."""
        return any(0 < n < minimum for n in (self.n_remaining, self.n_people_remaining))

    def _people_removed(self) -> tuple[float, float]:
        return self.n_people_removed, self.n_people_touched

    def untold(self) -> "_Step":
        return replace(self, **dict.fromkeys(_COUNTS, np.nan))


def release_flow(flow: pd.DataFrame, settings: Release) -> pd.DataFrame:
    """A criterion, or several together, applied in turn to one arm.

    A criterion that removed fewer than `minimum_people`, or units of fewer people, is told together
    with the next (the last ones with those before), so that no difference of two rows gives it
    back. Removals are rounded and totals are sums of the rounded parts. If all of them together are
    too few, or too few remain, the counts are missing. How many people a criterion touches decides
    this and is not told. A criterion is told as `texts.publishable_text` has it.
    """
    criteria = publishable_text(
        flow["criterion"], minimum=settings.minimum_people, to=settings.round_counts_to
    )
    released = [
        pd.DataFrame([_as_row(step) for step in _publish(_steps(rows), settings)]).assign(
            **dict(zip(_ARM, names, strict=True))
        )
        for names, rows in flow.assign(criterion=criteria).groupby(_ARM, sort=True)
    ]
    together = pd.concat(released, ignore_index=True) if released else flow
    return together[list(flow.columns)].astype(dict.fromkeys(_COUNTS, "float64"))


def _steps(rows: pd.DataFrame) -> list[_Step]:
    columns = list(_Step.__slots__)
    return [_Step(*values) for values in rows.sort_values("step")[columns].itertuples(index=False)]


def _as_row(step: _Step) -> dict[str, object]:
    return {name: getattr(step, name) for name in _Step.__slots__}


def _publish(steps: list[_Step], settings: Release) -> list[_Step]:
    minimum = settings.minimum_people
    few = [place for place, step in enumerate(steps) if step.leaves_few(minimum)]
    n_shown = few[0] if few else len(steps)  # what comes after would give the few back
    shown = _round(_merge_small(steps[:n_shown], minimum), settings)
    return shown + [step.untold() for step in steps[n_shown:]]


def _merge_small(steps: list[_Step], minimum: int) -> list[_Step]:
    """Neighbouring steps joined until each removes nobody or at least `minimum`."""
    merged: list[_Step] = []
    pending: _Step | None = None
    for step in steps:
        joined = pending.then(step) if pending else step
        pending = joined if joined.removes_few(minimum) else None
        if pending is None:
            merged.append(joined)
    while pending and merged and pending.removes_few(minimum):
        pending = merged.pop().then(pending)
    return [*merged, pending] if pending else merged


def _round(steps: list[_Step], settings: Release) -> list[_Step]:
    """Rounded removals; what remained before each step is the sum of what follows it."""
    to, minimum = settings.round_counts_to, settings.minimum_people
    published: list[_Step] = []
    totals: dict[str, float] = {}
    for step in reversed(steps):
        told = {"n_people_touched": np.nan}
        for removed, remaining in _PAIRS:
            if not published:
                totals[remaining] = _nearest(getattr(step, remaining), to)
            told[remaining] = totals[remaining]
            is_untold = step.removes_few(minimum)
            told[removed] = np.nan if is_untold else _nearest(getattr(step, removed), to)
            totals[remaining] += told[removed]
        published.append(replace(step, **told))
    return published[::-1]


def _nearest(count: float, to: int) -> float:
    return float(np.floor(count / to + 0.5) * to)


def release_ingest_counts(counts: pd.DataFrame, settings: Release) -> pd.DataFrame:
    """A source: rows read, used, set aside and quarantined, rounded; the first is their sum.

    Rows may each be a person: few of them are hidden, and with them the total and the reasons,
    which may repeat the number. A reason's own few rows are told as few.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    parts = ("rows_used", "rows_set_aside", "rows_quarantined")
    few = {name: is_small(counts[name], minimum) for name in parts}
    told = {name: rounded(counts[name], to).mask(few[name]) for name in parts}
    return counts.assign(
        **told,
        rows_read=sum(told.values()),  # missing where one is
        reason=publishable_text(counts["reason"], minimum=minimum, to=to).mask(
            few["rows_set_aside"] | few["rows_quarantined"], f"hidden: fewer than {minimum} rows"
        ),
    )


def release_promotion_counts(counts: pd.DataFrame, settings: Release) -> pd.DataFrame:
    """Promotions by the way they are found, rounded; few of them are hidden."""
    few = is_small(counts["n_promotions"], settings.minimum_people)
    return counts.assign(
        n_promotions=rounded(counts["n_promotions"], settings.round_counts_to).mask(few)
    )
