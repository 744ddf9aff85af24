"""Reads the raw files as ingest would, writes nothing, and says everything that is wrong."""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from mentor_outcomes.commands.intake_report import show_intake
from mentor_outcomes.errors import MentorOutcomesError, StudyError
from mentor_outcomes.sources import RawTable, read_ledger, read_source
from mentor_outcomes.study import Pseudonyms, Study, load_study
from mentor_outcomes.tables import (
    config_folder,
    ledger_of,
    pseudonym_key,
    take_in,
    wanted_columns,
)
from mentor_outcomes.tables.keys import KEY_FILE, KEY_VARIABLE


def check(root: Path, console: Console) -> int:
    """0 if ingest would run through, 1 if it would stop; prints why, and what to do.

    Raises StudyError where the study file itself cannot be read.
    """
    study = load_study(root / "params.yaml")
    refusals: list[MentorOutcomesError] = []
    raw = _read_all(study, root, refusals)
    try:
        declared = study.ingest.corrections
        ledger = ledger_of(read_ledger(declared, root), declared or "")
    except MentorOutcomesError as refused:
        refusals.append(refused)
        ledger = ()
    intake = take_in(
        raw,
        section=study.study,
        ingest=study.ingest,
        scales=study.scales,
        key=_key(study.study.pseudonyms, os.environ, refusals),
        ledger=ledger,
    )
    refusals.extend(intake.refusals)
    show_intake(intake, refusals=refusals, declared=tuple(study.sources), console=console)
    return 1 if refusals else 0


def _read_all(
    study: Study, root: Path, refusals: list[MentorOutcomesError]
) -> Mapping[str, RawTable]:
    """All sources that can be read; why the others cannot is added to `refusals`."""
    raw = {}
    for name, source in study.sources.items():
        wanted = wanted_columns(name, source, study.scales)
        try:
            raw[name] = read_source(name, source, root, wanted=wanted)
        except MentorOutcomesError as refused:
            refusals.append(refused)
    return raw


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
