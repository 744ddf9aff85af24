"""Time to an event: curves, hazards and counts."""
