"""Our entities and identifiers, made from raw tables: parsed by contract, checked, pseudonymous."""

from mentor_outcomes.tables.build import build_tables
from mentor_outcomes.tables.keys import config_folder, pseudonym_key
from mentor_outcomes.tables.pseudonyms import pseudonyms

__all__ = ["build_tables", "config_folder", "pseudonym_key", "pseudonyms"]
