"""From which tables, with which software and seed, a report was made."""

import hashlib
import platform
from collections.abc import Mapping
from importlib.metadata import version

import pandas as pd

PACKAGES = (
    "mentor-outcomes",
    "pandas",
    "numpy",
    "scipy",
    "statsmodels",
    "linearmodels",
    "duckdb",
    "ibis-framework",
    "matplotlib",
    "seaborn",
    "typst",
)


def data_hash(tables: Mapping[str, pd.DataFrame]) -> str:
    """SHA-256 over the released tables' names, columns and values, tables in order of name."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        digest.update(name.encode())
        digest.update(tables[name].to_csv(index=False, lineterminator="\n").encode())
    return digest.hexdigest()


def software() -> list[tuple[str, str]]:
    """Name and version of what computed the results."""
    return [("Python", platform.python_version()), *((name, version(name)) for name in PACKAGES)]


def provenance_line(tables: Mapping[str, pd.DataFrame], seed: int) -> str:
    """One line that identifies a report's data and software."""
    return (
        f"Released tables {data_hash(tables)[:12]} \u00b7 mentor-outcomes "
        f"{version('mentor-outcomes')} \u00b7 seed {seed}"
    )
