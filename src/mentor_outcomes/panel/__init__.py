"""From entities to what models see: person-months, person-waves, spells at risk, events."""

from mentor_outcomes.panel.build import OPTIONAL, PANEL, REQUIRED, build_panel

__all__ = ["OPTIONAL", "PANEL", "REQUIRED", "build_panel"]
