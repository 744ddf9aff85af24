"""Questions and tables on leaving of an invented panel, whole or with something taken away."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.estimates.panel_answers.attrition import attrition_rows
from mentor_outcomes.estimates.panel_answers.leaving import leaving_rows
from mentor_outcomes.estimates.panel_answers.members_of_question import PanelTables
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.result_rows import as_table
from mentor_outcomes.estimates.weights.censoring import censoring_weights
from mentor_outcomes.estimates.weights.response import response_weights
from mentor_outcomes.study import Analysis, Exposure, Groups, Outcome
from tests.selective_panel import GROUPS, SECTION, SelectivePanel, selective_panel
from tests.unstarted import all_certain

KIND = {"log_pay": "panel", "mood": "scale"}
KEY = ["quantity", "horizon_months", "variant"]


@dataclass(frozen=True)
class LeavingStudy:
    """The tables of `PanelTables` of one panel."""

    tables: PanelTables
    groups: Groups = GROUPS

    def question(self, name: str, horizons=(12, 24)) -> PanelQuestion:
        return PanelQuestion(
            name,
            Outcome(kind=KIND[name], better="higher", smallest_worthwhile=0.1),
            SECTION,
            Exposure(),
            Analysis(horizons_months=horizons, main_horizon_months=24),
            self.groups,
            "protege",
            "any",
        )

    def rows(self, name: str, sd: float = 0.5) -> pd.DataFrame:
        """Rows of estimates, as the schema promises them, by quantity, horizon and variant."""
        rows = as_table(leaving_rows(self.question(name), self.tables, sd), schema.ESTIMATES)
        return schema.ESTIMATES.check(rows).set_index(KEY).sort_index()

    def attrition(self, name: str) -> pd.DataFrame:
        rows = as_table(attrition_rows(self.question(name), self.tables), schema.ATTRITION)
        return schema.ATTRITION.check(rows)

    def but(self, **tables: pd.DataFrame) -> "LeavingStudy":
        return replace(self, tables=replace(self.tables, **tables))


def leaving_study(seed: int, *, n: int = 500, groups: Groups = GROUPS) -> LeavingStudy:
    """Of `selective_panel`, with two grades: the promising rise early, others later."""
    return study_of(selective_panel(np.random.default_rng(seed), n=n), groups)


def study_of(panel: SelectivePanel, groups: Groups = GROUPS) -> LeavingStudy:
    months = panel.person_months
    grade = 1.0 + (months["promise"] + months["period"] / 48 > 0.8)
    weights = censoring_weights(
        panel.matched_sets,
        months,
        panel.first_mentorships,
        panel.events,
        section=SECTION,
        groups=groups,
        longest_months=24,
    )
    response = response_weights(panel.person_waves, months, answered="mood", groups=groups)
    return LeavingStudy(
        PanelTables(
            panel.matched_sets,
            weights,
            panel.events,
            panel.first_mentorships,
            months.assign(grade=grade),
            panel.person_waves,
            response,
            all_certain(months),
        ),
        groups,
    )


def with_arm_gone(study: LeavingStudy, *, is_mentored: bool) -> LeavingStudy:
    """Everybody of one arm leaves in the month after the start."""
    tables = study.tables
    start = SECTION.calendar.period_of(tables.sets["time_zero"])
    arm = tables.sets[tables.sets["is_mentored"] == is_mentored].assign(last=start + 1)
    weights = tables.weights.merge(
        arm[["set_id", "person_id", "last"]], on=["set_id", "person_id"], how="left"
    )
    weights = weights[~(weights["period"] > weights["last"])].reset_index(drop=True)
    is_last = weights["period"] == weights["last"]
    at_end = weights["unmentored_weight_at_end"].mask(is_last)
    left_on = pd.Series(SECTION.calendar.starts(arm["last"])) + pd.Timedelta(days=1)
    exits = pd.DataFrame(
        {
            "person_id": arm["person_id"].to_numpy(),
            "occurred_on": left_on.dt.as_unit("us").to_numpy(),
            "event": "voluntary_exit",
        }
    )
    return study.but(
        weights=weights.assign(unmentored_weight_at_end=at_end).drop(columns="last"),
        events=pd.concat([tables.events, exits], ignore_index=True),
    )
