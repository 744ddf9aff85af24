"""Chances of not having been mentored yet, where no test hangs on them."""

import pandas as pd


def all_certain(person_months: pd.DataFrame) -> pd.DataFrame:
    """Everybody's is 1: comparison people count alike."""
    return person_months[["person_id", "period"]].assign(chance_unstarted=1.0)
