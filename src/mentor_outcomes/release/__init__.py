"""Disclosure control: the one door between `data/` and everything in `reports/`."""

from mentor_outcomes.release.design_record import design_entry, history_bytes, with_entry
from mentor_outcomes.release.door import release_design, release_tables

__all__ = ["design_entry", "history_bytes", "release_design", "release_tables", "with_entry"]
