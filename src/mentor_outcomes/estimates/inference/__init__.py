"""Errors, intervals and tests that every model shares, and the checks of what a model is given."""
