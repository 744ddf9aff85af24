"""Providers' files, read as text under our column names. No judgement: nothing is parsed here."""

from mentor_outcomes.sources.ledger import read_ledger
from mentor_outcomes.sources.raw_table import RawTable, raw_table
from mentor_outcomes.sources.reading import read_source

__all__ = ["RawTable", "raw_table", "read_ledger", "read_source"]
