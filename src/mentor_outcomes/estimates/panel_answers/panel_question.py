"""What is asked of one outcome that is measured again and again."""

from collections.abc import Mapping
from dataclasses import dataclass

from mentor_outcomes.estimates.inference.clustering import PEOPLE_AND_SETS, error_type
from mentor_outcomes.estimates.panel.pay_rounds import PayRounds
from mentor_outcomes.study import Analysis, Exposure, Groups, Outcome, StudySection

MATCHING = "risk_set_matching"


def clusters_of(groups: Groups) -> tuple[str, ...]:
    """By person and, where those compared were chosen for each start, by the set that they make.

    Other methods weigh everybody eligible: their sets are few, and nobody is in one for being
    like another.
    """
    return PEOPLE_AND_SETS if groups.method == MATCHING else PEOPLE_AND_SETS[:1]


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
    def cluster(self) -> tuple[str, ...]:
        return clusters_of(self.groups)

    @property
    def error_type(self) -> str:
        """Of differences between the groups that are compared."""
        return error_type(self.cluster)

    @property
    def subject(self) -> Mapping[str, str]:
        return {"outcome": self.name, "role": self.role, "contrast": self.contrast}

    def about(self, method: str, quantity: str, estimand: str, **more) -> dict:
        """What a row is about, as `result_rows` wants it."""
        named = {"method": method, "quantity": quantity, "estimand": estimand, "unit": self.unit}
        return {**self.subject, **named, **more}
