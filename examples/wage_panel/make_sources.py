"""Write the raw files of this study from the panel that linearmodels ships.

    python make_sources.py [FOLDER]

Vella & Verbeek (1998), J. Appl. Econometrics 13:163-183: 545 men interviewed every year from 1980
to 1987. An unbroken run of years in a union becomes a mentorship from the first January to the last
December, an hourly wage becomes pay from January on.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from linearmodels.datasets import wage_panel


def sources(panel: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Each raw file under its name, everything as text.

    `panel` has one row per man (nr) and year with union, lwage, married, expersq and educ.
    """
    panel = panel.sort_values(["nr", "year"], ignore_index=True)
    person = panel["nr"].map("{:05d}".format)
    january = panel["year"].astype("str") + "-01-01"
    pay = pd.DataFrame(
        {
            "person_id": person,
            "effective_on": january,
            # repr keeps every digit: the logarithm gives back the published value.
            "annual_pay": [repr(float(wage)) for wage in np.exp(panel["lwage"])],
            "married": panel["married"].astype("str"),
            "experience_squared": panel["expersq"].astype("str"),
        }
    )
    first = panel.assign(person_id=person, hired_on=january).drop_duplicates("nr")
    people = pd.DataFrame(
        {
            "person_id": first["person_id"],
            "birth_year": "",
            "gender": "man",
            "education": first["educ"].astype("str") + " years of school",
        }
    )
    employment = first[["person_id", "hired_on"]].assign(left_on="", exit_kind="")
    return {
        "people.csv": people,
        "employment.csv": employment,
        "pay_history.csv": pay,
        "mentoring.csv": _mentorships(panel.assign(person_id=person)),
    }


def _mentorships(panel: pd.DataFrame) -> pd.DataFrame:
    """One row per man and unbroken run of years in a union."""
    follows = (panel["nr"] == panel["nr"].shift()) & (panel["union"] == panel["union"].shift())
    run = (~follows).cumsum()
    in_union = panel[panel["union"] == 1].groupby(run)
    years = in_union.agg(
        protege_id=("person_id", "first"), first=("year", "min"), last=("year", "max")
    ).reset_index(drop=True)
    empty = dict.fromkeys(
        ["kind", "cultivation_on", "separation_on", "redefinition_on", "end_reason"], ""
    )
    return pd.DataFrame(
        {
            "mentorship_id": [f"run_{number:04d}" for number in range(1, len(years) + 1)],
            "mentor_id": "",
            "protege_id": years["protege_id"],
            "started_on": years["first"].astype("str") + "-01-01",
            "ended_on": years["last"].astype("str") + "-12-31",
        }
    ).assign(**empty)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in sources(wage_panel.load()).items():
        frame.to_csv(folder / name, index=False, lineterminator="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "data/raw"))
