"""The files that a study names become its tables: what `ingest` does, and what `check` tries."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from mentor_outcomes.sources import read_ledger, read_source
from mentor_outcomes.study import Study
from mentor_outcomes.tables import Intake, ledger_of, take_in, wanted_columns


def at_once(function: Callable, *arguments: object):
    """The function's result; what it refuses stops everything."""
    return function(*arguments)


def receive(study: Study, root: Path, key: bytes, *, trial: Callable = at_once) -> Intake:
    """All that the study's sources give; of the study only study, sources, ingest and scales.

    key     of the pseudonyms
    trial   calls a function with its arguments; one that keeps what is refused and returns None
            lets the other sources be tried all the same
    """
    declared = study.ingest.corrections
    ledger = trial(ledger_of, trial(read_ledger, declared, root), declared)
    raw = {
        name: trial(
            partial(
                read_source,
                name,
                source,
                root,
                wanted=wanted_columns(name, source, study.scales),
            )
        )
        for name, source in study.sources.items()
    }
    return take_in(
        {name: received for name, received in raw.items() if received is not None},
        section=study.study,
        ingest=study.ingest,
        scales=study.scales,
        key=key,
        ledger=ledger or (),
    )
