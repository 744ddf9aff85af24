"""What is asked of one outcome that is measured again and again."""

from collections.abc import Mapping
from dataclasses import dataclass

from mentor_outcomes.estimates.pay_rounds import PayRounds
from mentor_outcomes.study import Analysis, Exposure, Groups, Outcome, StudySection


@dataclass(frozen=True, slots=True)
class PanelQuestion:
    """One declared outcome of kind panel or scale, in one role and contrast.

    rounds   of an outcome of the person-months, when in the year it changes
    """

    name: str
    outcome: Outcome
    section: StudySection
    exposure: Exposure
    analysis: Analysis
    groups: Groups
    role: str
    contrast: str
    rounds: PayRounds | None = None

    @property
    def is_scale(self) -> bool:
        return self.outcome.kind == "scale"

    @property
    def unit(self) -> str:
        return "points" if self.is_scale else "log points"

    @property
    def months_per_period(self) -> int:
        return self.section.calendar.months_per_period

    @property
    def regressor(self) -> str:
        """The column of the person-months that says who is mentored."""
        return "is_mentored_ever" if self.exposure.measure == "started" else "is_mentored_now"

    @property
    def subject(self) -> Mapping[str, str]:
        return {"outcome": self.name, "role": self.role, "contrast": self.contrast}

    def about(self, method: str, quantity: str, estimand: str, **more) -> dict:
        """What a row is about, as `result_rows` wants it."""
        named = {"method": method, "quantity": quantity, "estimand": estimand, "unit": self.unit}
        return {**self.subject, **named, **more}
