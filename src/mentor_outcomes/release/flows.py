"""Counts that add up stay so when small ones are hidden: exclusions, and rows of the sources."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mentor_outcomes.release.counts import is_small, rounded
from mentor_outcomes.release.texts import publishable_text
from mentor_outcomes.study import Release

_ARM = ["role", "contrast", "eligibility", "arm"]


@dataclass(frozen=True, slots=True)
class _Step:
    """A criterion, or several that were applied in a row, and how many people fell out."""

    step: int
    criterion: str
    n_removed: float
    n_remaining: float

    def then(self, later: "_Step") -> "_Step":
        return replace(
            later,
            criterion=f"{self.criterion}; {later.criterion}",
            n_removed=self.n_removed + later.n_removed,
        )


def release_flow(flow: pd.DataFrame, settings: Release) -> pd.DataFrame:
    """A criterion, or several together, applied in turn to one arm.

    A criterion that removed fewer than `minimum_people` is told together with the next (the last
    ones with those before), so that no difference of two rows gives it back. Removals are rounded
    and totals are sums of the rounded parts. If all of them together are too few, or too few
    remain, the counts are missing. A criterion is told as `texts.publishable_text` has it.
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
    if not released:
        return flow.astype({"n_removed": "float64", "n_remaining": "float64"})
    together = pd.concat(released, ignore_index=True)
    return together[list(flow.columns)].astype({"n_removed": "float64", "n_remaining": "float64"})


def _steps(rows: pd.DataFrame) -> list[_Step]:
    columns = ["step", "criterion", "n_removed", "n_remaining"]
    return [_Step(*values) for values in rows.sort_values("step")[columns].itertuples(index=False)]


def _as_row(step: _Step) -> dict[str, object]:
    return {name: getattr(step, name) for name in _Step.__slots__}


def _publish(steps: list[_Step], settings: Release) -> list[_Step]:
    minimum = settings.minimum_people
    shown = [step for step in steps if step.n_remaining == 0 or step.n_remaining >= minimum]
    hidden = [
        replace(step, n_removed=np.nan, n_remaining=np.nan)
        for step in steps
        if 0 < step.n_remaining < minimum
    ]
    if hidden:  # what comes after a hidden total would give it back
        shown = [step for step in shown if step.step < hidden[0].step]
        hidden = [
            replace(step, n_removed=np.nan, n_remaining=np.nan)
            for step in steps
            if step.step >= hidden[0].step
        ]
    return _round(_merge_small(shown, minimum), settings) + hidden


def _merge_small(steps: list[_Step], minimum: int) -> list[_Step]:
    """Neighbouring steps joined until each removes nobody or at least `minimum`."""
    merged: list[_Step] = []
    pending: _Step | None = None
    for step in steps:
        joined = pending.then(step) if pending else step
        pending = joined if 0 < joined.n_removed < minimum else None
        if pending is None:
            merged.append(joined)
    while pending and merged and 0 < pending.n_removed < minimum:
        pending = merged.pop().then(pending)
    return [*merged, pending] if pending else merged


def _round(steps: list[_Step], settings: Release) -> list[_Step]:
    """Rounded removals; what remained before each step is the sum of what follows it."""
    to, minimum = settings.round_counts_to, settings.minimum_people
    published: list[_Step] = []
    remaining = float("nan")
    for step in reversed(steps):
        if not published:
            remaining = _nearest(step.n_remaining, to)
        is_untold = 0 < step.n_removed < minimum
        removed = float("nan") if is_untold else _nearest(step.n_removed, to)
        published.append(replace(step, n_removed=removed, n_remaining=remaining))
        remaining += removed
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
