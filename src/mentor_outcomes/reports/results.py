"""Released tables of one role and contrast, asked by key."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.reports.method_words import MATCHING, method_words
from mentor_outcomes.study import ARM_WORDS, ArmWords, Outcome, Study

HEADLINE = {
    "event": ("cumulative_incidence", "risk_difference"),
    "panel": ("matched_difference", "difference"),
    "scale": ("matched_difference", "difference"),
}
"""Method and quantity of each kind of outcome that readers are shown first."""

KINDS: Mapping[str, str] = {
    "any": "any",
    "formal": "formal",
    "informal": "informal",
    "manager": "by the manager",
    "not_manager": "not by the manager",
}
"""What each contrast is called in titles, captions and table heads."""


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate at one horizon, or the reason why there is none."""

    estimate: float
    ci_low: float
    ci_high: float
    unit: str
    reason: str
    n_mentored: float = np.nan
    n_comparison: float = np.nan

    @property
    def is_known(self) -> bool:
        return bool(np.isfinite(self.estimate))


NO_EFFECT = Effect(np.nan, np.nan, np.nan, "", "not estimated")


@dataclass(frozen=True, slots=True)
class Results:
    """What the reports may know: released tables, and what the study file says."""

    tables: Mapping[str, pd.DataFrame]
    study: Study
    role: str = "protege"
    contrast: str = "any"
    _by_key: dict = field(init=False, default_factory=dict, repr=False, compare=False)
    """Rows of estimates by their key, filled when the first is asked for: hundreds are."""

    @property
    def months(self) -> float:
        return self.study.analysis.main_horizon_months

    def of_each_contrast(self) -> "list[Results]":
        """The same results, asked for every declared contrast in turn, the headline first."""
        return [replace(self, contrast=contrast) for contrast in self.study.exposure.contrasts]

    @property
    def arms(self) -> ArmWords:
        """What the two arms are called in this role."""
        return ARM_WORDS[self.role]

    @property
    def kind(self) -> str:
        """The contrast in words."""
        return KINDS[self.contrast]

    @property
    def mark(self) -> str:
        """What stands after a title or caption: the contrast, where several are declared."""
        return f" ({self.kind})" if len(self.study.exposure.contrasts) > 1 else ""

    @property
    def is_headline(self) -> bool:
        """Whether this is the first declared contrast, of which figures and page one speak."""
        return self.contrast == self.study.exposure.contrasts[0]

    def rows(self, table: str) -> pd.DataFrame:
        """Rows of this role and contrast, of everybody (no subgroup), outcomes as declared.

        Of no sensitivity: of estimates, the main variant's.
        """
        frame = self.tables[table]
        if "variant" in frame.columns:
            frame = schema.main_rows(frame)
        return self._own(frame)

    def estimates_of_all_variants(self) -> pd.DataFrame:
        """Rows of estimates as `rows` gives them, with those of every sensitivity."""
        return self._own(self.tables["estimates"])

    def _own(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Of this role and contrast, of everybody, outcomes in the order of the study file."""
        if "contrast" in frame.columns:
            frame = frame[(frame["role"] == self.role) & (frame["contrast"] == self.contrast)]
        if "subgroup" in frame.columns:
            frame = frame[frame["subgroup"] == "all"]
        if "outcome" in frame.columns:
            order = {name: place for place, name in enumerate(self.study.outcomes)}
            places = frame["outcome"].map(order)
            frame = frame.loc[places.sort_values(kind="stable").index]
        return frame

    def label(self, name: str) -> str:
        """The outcome's name in words."""
        return self.study.outcomes[name].label or name.replace("_", " ")

    def in_words(self, text: str) -> str:
        """A text of the tables, with labels for the outcomes' names and no underscore."""
        for name in self.study.outcomes:
            text = re.sub(rf"\b{re.escape(name)}\b", self.label(name), text)
        text = text.replace("person_id", "person").replace("_", " ")
        return text.replace("unmatched mentees", self.check_name("unmatched_mentees"))

    def check_name(self, check: str) -> str:
        """A check's name in words."""
        if check == "unmatched_mentees":
            return method_words(self.study.groups).left_out_check
        return check.replace("_", " ")

    @property
    def is_weighted(self) -> bool:
        """Whether the groups are weighted, and nobody matched."""
        return self.study.groups.method != MATCHING

    def verdict(self, name: str) -> str:
        """The verdict on an outcome; an outcome without one was not measured."""
        verdicts = self.rows("verdicts").set_index("outcome")["verdict"]
        return str(verdicts.get(name, "not_measured"))

    def because(self, name: str) -> str:
        reasons = self.rows("verdicts").set_index("outcome")["because"]
        return self.in_words(str(reasons.get(name, "")))

    def effect(self, name: str, method: str, quantity: str, months: float | None = None) -> Effect:
        """The estimate of one quantity at `months` (default: the main horizon)."""
        rows = self.rows("estimates")
        rows = rows[
            (rows["outcome"] == name)
            & (rows["method"] == method)
            & (rows["quantity"] == quantity)
            & (rows["horizon_months"] == (self.months if months is None else months))
        ]
        if rows.empty:
            return NO_EFFECT
        row = rows.iloc[0]
        reason = "" if pd.isna(row["reason"]) else row["reason"]
        return Effect(
            row["estimate"],
            row["ci_low"],
            row["ci_high"],
            row["unit"],
            self.in_words(reason),
            row["n_mentored"],
            row["n_comparison"],
        )

    def row(
        self,
        name: str,
        method: str,
        quantity: str,
        months: float | None = None,
        variant: str = schema.MAIN,
    ):
        """The row of estimates as a named tuple, None where there is none.

        months   default: the main horizon; a row of no horizon is found by nan
        """
        asked = self.months if months is None else months
        if not self._by_key:
            for row in self.estimates_of_all_variants().itertuples():
                self._by_key.setdefault(_key(row), row)
        return self._by_key.get((name, method, quantity, _horizon(asked), variant))

    def named(self, *kinds: str) -> list[str]:
        """Declared outcomes of these kinds, in their order."""
        return [name for name, each in self.study.outcomes.items() if each.kind in kinds]

    def headline(self, name: str) -> Effect:
        """The effect that readers are shown first."""
        return self.effect(name, *HEADLINE[self.study.outcomes[name].kind])

    def risk(self, name: str, arm: str) -> float:
        """Per 100 people of one arm, at the main horizon."""
        return self.effect(name, "cumulative_incidence", f"risk_{arm}").estimate

    def troubled_checks(self, name: str) -> pd.DataFrame:
        """Checks of an outcome that failed, were not evaluated, are in doubt or were waived."""
        checks = self.rows("checks")
        checks = checks[checks["outcome"] == name]
        is_trouble = checks["result"].isin(["failed", "not_evaluated", "in_doubt"])
        return checks[is_trouble | checks["is_waived"]]

    def first_outcome(self) -> tuple[str, Outcome]:
        """The first declared primary outcome: what the answer is about, whatever it shows."""
        outcomes = self.study.outcomes
        primary = [name for name, outcome in outcomes.items() if outcome.primary]
        name = (primary or list(outcomes))[0]
        return name, outcomes[name]

    @property
    def is_nobody_matched(self) -> bool:
        """Whether a study of starts found nobody to compare; hidden counts are of somebody."""
        matched = self.rows("overlap")["n_mentored_matched"]
        return self.study.exposure.measure == "started" and bool((matched == 0).all())

    def people_compared(self) -> tuple[float, float]:
        """Mentored and comparison people of the largest design; missing where hidden.

        Where exposure goes on and off nobody is matched: those of the largest model are told.
        """
        overlap = self.rows("overlap").dropna(subset=["n_mentored_matched"])
        if len(overlap):
            row = overlap.sort_values("n_mentored_matched").iloc[-1]
            return row["n_mentored_matched"], row["n_comparison"]
        if self.study.exposure.measure == "started":
            return np.nan, np.nan
        estimates = self.rows("estimates").dropna(subset=["n_mentored", "n_comparison"])
        if estimates.empty:
            return np.nan, np.nan
        row = estimates.sort_values(["n_mentored", "n_comparison"]).iloc[-1]
        return row["n_mentored"], row["n_comparison"]


def _key(row) -> tuple:
    return row.outcome, row.method, row.quantity, _horizon(row.horizon_months), row.variant


def _horizon(months: float) -> float | None:
    return None if np.isnan(months) else months


def outcomes_in_words(results: Results, names: Sequence[str]) -> str:
    """Labels of several outcomes; of many, `all`, those of one kind, or all but so many."""
    groups = {
        "all": ("event", "panel", "scale"),
        "all events": ("event",),
        "all scales": ("scale",),
    }
    for words, kinds in groups.items():
        together = results.named(*kinds)
        others = [name for name in together if name not in names]
        is_many = len(names) > _FEW if others else len(names) > 1
        if set(names) <= set(together) and is_many and len(others) <= _MOST_OTHERS:
            but = ", ".join(map(results.label, others))
            return f"{words} but {but}" if but else words
    return ", ".join(map(results.label, names))


_FEW, _MOST_OTHERS = 3, 2
"""Up to so many outcomes are listed rather than all but others; of others no more are named."""


def holm_family(results: Results) -> str:
    """Which rows Holm's correction takes together (see estimates.study_estimates)."""
    contrasts = results.study.exposure.contrasts
    if len(contrasts) == 1:
        return "Holm's correction is over all primary outcomes"
    kinds = ", ".join(KINDS[contrast] for contrast in contrasts)
    return f"Holm's correction is over the primary outcomes of all kinds together ({kinds})"
