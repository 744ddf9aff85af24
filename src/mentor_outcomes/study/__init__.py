"""The study file: params.yaml as frozen, typed settings.

A key that does not exist is refused with the nearest valid one. Each pipeline stage names the
sections it uses; reading any other is refused, so a stage can never depend on a setting that
dvc.yaml does not track for it.
"""

from mentor_outcomes.study.arm_words import ARM_WORDS, ArmWords
from mentor_outcomes.study.common_source import why_self_reported
from mentor_outcomes.study.loading import load_study, parse_study
from mentor_outcomes.study.sections import (
    REQUIRED_SOURCES,
    SECTIONS,
    SOURCES,
    Analysis,
    Checks,
    Exposure,
    Figures,
    Groups,
    Ingest,
    Outcome,
    Pseudonyms,
    Release,
    Scale,
    Simulation,
    Study,
    StudySection,
)
from mentor_outcomes.study.sensitivities import (
    MATCHED_ON_LAST_VALUE,
    VARIANTS,
    defined_otherwise,
)
from mentor_outcomes.study.source import KeptRows, Layout, Profile, Source

__all__ = [
    "ARM_WORDS",
    "MATCHED_ON_LAST_VALUE",
    "REQUIRED_SOURCES",
    "SECTIONS",
    "SOURCES",
    "VARIANTS",
    "Analysis",
    "ArmWords",
    "Checks",
    "Exposure",
    "Figures",
    "Groups",
    "Ingest",
    "KeptRows",
    "Layout",
    "Outcome",
    "Profile",
    "Pseudonyms",
    "Release",
    "Scale",
    "Simulation",
    "Source",
    "Study",
    "StudySection",
    "defined_otherwise",
    "load_study",
    "parse_study",
    "why_self_reported",
]
