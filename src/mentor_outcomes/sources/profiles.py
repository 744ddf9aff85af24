"""What is known about a provider's layout, as data: one YAML file per provider in profiles/."""

from functools import cache
from importlib import resources

import yaml

from mentor_outcomes import study
from mentor_outcomes.errors import StudyError
from mentor_outcomes.study.reading import read_settings
from mentor_outcomes.study.source import PROFILE_NAMES


@cache
def load_profile(name: str) -> study.Profile:
    """What is known about this provider's files, as its YAML file says.

    Raises StudyError where there is no such profile, or its file is not as a profile should be.
    """
    if name not in PROFILE_NAMES:
        raise StudyError(
            f"{name} is no profile.",
            expected=f"one of {', '.join(PROFILE_NAMES)}.",
            remedy="correct the `profile` of that source in params.yaml.",
        )
    file = resources.files("mentor_outcomes.sources") / "profiles" / f"{name}.yaml"
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    return read_settings(study.Profile, raw, where=f"profile {name}")


def layout_of(source_name: str, source: study.Source) -> study.Layout:
    """How this source is read: the study file's lines, and the profile's where it says nothing.

    Raises StudyError where the profile knows no such source: its headers would be a guess.
    """
    known = load_profile(source.profile).sources
    if source_name not in known:
        raise StudyError(
            f"sources.{source_name} has the profile {source.profile}, which has no {source_name}.",
            expected=f"one of the sources that {source.profile} knows: {', '.join(known)}.",
            remedy=f"write `profile: plain` for {source_name} in params.yaml and name its headers "
            f"under `columns`, such as `columns: {{person_id: Employee ID}}`.",
        )
    return source.over(known[source_name])
