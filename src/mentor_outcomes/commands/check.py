"""Reads the raw files as ingest would, writes nothing, and says everything that is wrong."""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from mentor_outcomes.commands.intake_report import show_intake
from mentor_outcomes.commands.window_report import show_window
from mentor_outcomes.errors import MentorOutcomesError, StudyError
from mentor_outcomes.receiving import receive
from mentor_outcomes.study import Pseudonyms, load_study
from mentor_outcomes.tables import config_folder, pseudonym_key
from mentor_outcomes.tables.entities import Trial
from mentor_outcomes.tables.keys import KEY_FILE, KEY_VARIABLE


def check(root: Path, console: Console) -> int:
    """0 if ingest would run through, 1 if it would stop; prints why, and what to do.

    Raises StudyError where the study file itself cannot be read.
    """
    study = load_study(root / "params.yaml")
    of_key: list[MentorOutcomesError] = []
    key = _key(study.study.pseudonyms, os.environ, of_key)
    trial = Trial()
    intake = receive(study, root, key, trial=trial)
    refusals = [*trial.refusals, *of_key, *intake.refusals]
    show_window(study.study, intake.tables, minimum=study.release.minimum_people, console=console)
    show_intake(intake, refusals=refusals, declared=tuple(study.sources), console=console)
    return 1 if refusals else 0


def _key(
    settings: Pseudonyms, environment: Mapping[str, str], refusals: list[MentorOutcomesError]
) -> bytes:
    """The study's key where there is one, else any: the pseudonyms of a check are not kept.

    Where ingest would make a new key this does not: a check writes nothing.
    """
    folder = config_folder(environment, sys.platform, Path.home())
    would_make_one = (
        settings.key == "private"
        and settings.fingerprint is None
        and KEY_VARIABLE not in environment
        and not (folder / KEY_FILE).exists()
    )
    try:
        if not would_make_one:
            return pseudonym_key(settings, environment, folder)
        refusals.append(
            StudyError(
                "there is no private key for pseudonyms yet.",
                expected="a key, and its fingerprint under study.pseudonyms in params.yaml.",
                remedy="run `make repro` once: it makes a key and says where it is "
                "and which fingerprint to declare.",
            )
        )
    except MentorOutcomesError as refused:
        refusals.append(refused)
    return secrets.token_bytes(32)
