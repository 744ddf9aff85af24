"""Disclosure control: the one door between `data/` and everything in `reports/`."""

from mentor_outcomes.release.door import release_tables

__all__ = ["release_tables"]
