"""Rows of estimates of an outcome that is measured again and again."""
