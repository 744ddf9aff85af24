"""Rows of estimates of an outcome that happens on a day."""
