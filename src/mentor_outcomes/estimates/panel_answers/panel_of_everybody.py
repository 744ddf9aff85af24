"""One row per person and period, or wave, with the outcome and who is mentored."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import StudyError
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion

EXPOSURES = ("is_mentored_ever", "is_mentored_now")


@dataclass(frozen=True, slots=True, eq=False)
class Everybody:
    """The panel that models over everybody take.

    rows      person_id, time, the two exposures, the covariates and the outcome; missing before
              period 0, where rows only show who was mentored already
    others    people whose first mentorship is of another kind than the contrast's
    n_asked   people employed (asked, for scales) since recording began
    """

    rows: pd.DataFrame
    others: np.ndarray
    n_asked: int

    def counts(self, used: pd.DataFrame, exposure: str) -> dict[str, int]:
        """People of `used` mentored and not in it, and how many of those asked are not in it."""
        is_mentored = used[exposure].groupby(used["person_id"]).any()
        return {
            "n_mentored": int(is_mentored.sum()),
            "n_comparison": int((~is_mentored).sum()),
            "n_left_out": self.n_asked - len(is_mentored),
        }


def everybody(
    question: PanelQuestion,
    person_months: pd.DataFrame,
    person_waves: pd.DataFrame,
    first_mentorships: pd.DataFrame | None,
) -> Everybody:
    """The panel of an outcome; of a contrast other than any by the kind of the first mentorship.

    Of a wave, who is mentored and the covariates are as of the end of the period before it
    opened; people without a row there (hired since) are left out.
    """
    covariates = question.analysis.adjust_for
    missing = [name for name in covariates if name not in person_months.columns]
    if missing:
        raise StudyError(
            f"analysis.adjust_for names {', '.join(missing)}, which the person-months lack.",
            expected=f"columns of the person-months: {', '.join(person_months.columns)}.",
            remedy="carry the column along under `extra` of its source, or correct the name.",
        )
    asked = person_waves if question.is_scale else person_months
    n_asked = asked.loc[asked["period"] >= 0, "person_id"].nunique()
    columns = ["person_id", "period", *EXPOSURES, *covariates]
    rows = (
        _of_waves(question, person_months[columns], person_waves)
        if question.is_scale
        else _of_periods(question, person_months[[*columns, question.name]])
    )
    others = _others(question, person_months, first_mentorships)
    is_gone = rows["person_id"].isin(others) & rows["is_mentored_ever"]
    return Everybody(rows[~is_gone], others, n_asked)


def _of_periods(question: PanelQuestion, months: pd.DataFrame) -> pd.DataFrame:
    outcome = months[question.name].where(months["period"] >= 0)
    return months.assign(**{question.name: outcome}).rename(columns={"period": "time"})


def _of_waves(
    question: PanelQuestion, months: pd.DataFrame, person_waves: pd.DataFrame
) -> pd.DataFrame:
    asked = person_waves[["person_id", "wave", "period", question.name]]
    before = months.assign(period=months["period"] + 1)
    rows = asked[asked["period"] >= 0].merge(
        before, on=["person_id", "period"], validate="many_to_one"
    )
    return rows.drop(columns="period").rename(columns={"wave": "time"})


def _others(
    question: PanelQuestion, person_months: pd.DataFrame, first: pd.DataFrame | None
) -> np.ndarray:
    """People ever mentored, whose first mentorship is not known to be of the contrast's kind."""
    if question.contrast == "any":
        return np.array([], dtype=object)
    own = first[first["role"] == question.role]
    if question.contrast in ("manager", "not_manager"):
        is_of_kind = own["mentor_is_manager"] == (question.contrast == "manager")
    else:
        is_of_kind = (own["kind"] == question.contrast).fillna(False)
    of_kind = own.loc[is_of_kind, "person_id"]
    ever = person_months.loc[person_months["is_mentored_ever"], "person_id"].unique()
    return ever[~pd.Series(ever).isin(of_kind).to_numpy()]
