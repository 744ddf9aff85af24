"""Our entities and identifiers, made from raw tables: parsed by contract, checked, pseudonymous."""

from mentor_outcomes.tables.contracts import wanted_columns
from mentor_outcomes.tables.corrections import ledger_of
from mentor_outcomes.tables.intake import Intake, build_tables, take_in
from mentor_outcomes.tables.keys import config_folder, pseudonym_key
from mentor_outcomes.tables.pseudonyms import pseudonyms

__all__ = [
    "Intake",
    "build_tables",
    "config_folder",
    "ledger_of",
    "pseudonym_key",
    "pseudonyms",
    "take_in",
    "wanted_columns",
]
