"""PeopleSoft JOB, workbooks, e-mail addresses and survey tokens, LimeSurvey."""

import pandas as pd

from tests.dresses import Dress
from tests.dresses.event_log import event_log, numbered
from tests.dresses.plain import FILE_OF, european
from tests.dresses.writing import days, delimited, workbook

ACTIONS = {
    "hire": "HIR",
    "rehire": "REH",
    "exit": "TER",
    "promotion": "PRO",
    "transfer": "XFR",
    "leave": "LOA",
    "return": "RFL",
    "manager_change": "MGR",
    "reorganisation": "REO",
    "pay_change": "PAY",
}
REASONS = {"voluntary": "RES", "involuntary": "INV", "retirement": "RTD", "other": "OTH"}
AS_IS = ("requests",)


def peoplesoft(exports: dict[str, pd.DataFrame], items: list[str]) -> Dress:
    """`items` are the columns of the surveys that hold answers."""
    files = european(exports, AS_IS)
    files["JOB.csv"] = delimited(_job(exports))
    people = exports["people.csv"]
    files["PERSONAL_DATA.xlsx"] = workbook(
        pd.DataFrame(
            {
                "EMPLID": people["person_id"],
                "NAME": "Somebody",
                "BIRTHDATE": days(people["birth_year"] + "-02-28"),
                "SEX": people["gender"].map({"woman": "F", "man": "M"}),
                "HIGHEST_EDUC_LVL": people["education"],
            }
        )
    )
    for name in ("ratings", "offers", "unit_output"):
        files[f"{name}.xlsx"] = workbook(_typed(exports[FILE_OF[name]]))
    files["mentoring.csv"] = delimited(_mentoring(exports["mentoring.csv"]))
    files["crosswalk.csv"] = delimited(_crosswalk(people["person_id"]))
    for name, frame in exports.items():
        if name.startswith("survey_"):
            files[f"lime_{name}"] = delimited(_wave(frame.iloc[2:], items), encoding="utf-8-sig")
    return Dress(files, _sources(items))


def _sources(items: list[str]) -> dict[str, dict]:
    log = {"path": "JOB.csv", "profile": "peoplesoft"}
    codes = {"event_code": {"MGR": "manager_change", "REO": "reorganisation"}}
    exits = {code: kind for kind, code in REASONS.items()}
    return {
        "people": {
            "path": "PERSONAL_DATA.xlsx",
            "profile": "peoplesoft",
            "codes": {"gender": {"F": "woman", "M": "man"}},
        },
        "employment": {**log, "codes": codes | {"exit_kind": exits}},
        "jobs": {**log, "codes": codes, "columns": {"entered_on": ""}},
        "leaves": {**log, "codes": codes},
        "pay": {
            **log,
            "pay_is": "actual",
            "keep": [
                {"column": "EMPL_RCD", "values": ["0"], "reason": "a further employment"},
                {"column": "ANNUAL_RT", "reason": "before pay was kept"},
            ],
            "columns": {"entered_on": ""},
        },
        "ratings": {"path": "ratings.xlsx"},
        "offers": {"path": "offers.xlsx"},
        "unit_output": {"path": "unit_output.xlsx"},
        "mentoring": {
            "path": "mentoring.csv",
            "ids": "email",
            "columns": {
                "mentor_id": "Mentor Email",
                "protege_id": "Mentee Email",
                "mentorship_id": "Connection",
            },
        },
        "requests": {"path": FILE_OF["requests"]},
        "crosswalk": {"path": "crosswalk.csv"},
        "survey": {
            "path": "lime_survey_*.csv",
            "profile": "limesurvey",
            "wave": "from_file_name",
            "ids": "token",
            "columns": {item: f"{item[:2]}[{item[2:]}]" for item in items},
        },
    }


def _job(exports: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The log with changes of pay as rows of their own, and the rate in force on every row."""
    pay = exports["pay_history.csv"]
    rates = pd.DataFrame(
        {
            "person_id": pay["person_id"],
            "day": days(pay["effective_on"]),
            "annual": pd.to_numeric(pay["annual_pay"]),
        }
    ).sort_values("day", kind="stable")
    log = event_log(exports).assign(rank=0)
    states = log.sort_values("day", kind="stable").drop(columns=["event", "exit_kind", "rank"])
    changes = pd.merge_asof(rates.drop(columns="annual"), states, on="day", by="person_id")
    changes = changes.assign(event="pay_change", rank=1)
    log = pd.concat([log, changes], ignore_index=True)
    log = log.sort_values(["person_id", "day", "rank"], kind="stable")
    log = pd.merge_asof(
        log.assign(row=range(len(log))).sort_values("day", kind="stable"),
        rates,
        on="day",
        by="person_id",
    ).sort_values("row", ignore_index=True)
    fte = pd.to_numeric(log["fte"])
    return pd.DataFrame(
        {
            "EMPLID": log["person_id"],
            "EMPL_RCD": "0",
            "EFFDT": log["day"].dt.strftime("%d-%b-%Y").str.upper(),
            "EFFSEQ": numbered(log, first=0),
            "ACTION": log["event"].map(ACTIONS),
            "ACTION_REASON": log["exit_kind"].map(REASONS),
            "HR_STATUS": (log["event"] == "exit").map({True: "I", False: "A"}),
            "DEPTID": log["unit_id"],
            "JOB_FAMILY": log["job_family"],
            "LOCATION": log["site"],
            "SUPERVISOR_ID": log["manager_id"],
            "GRADE": log["grade"],
            "FTE": log["fte"],
            "ANNUAL_RT": (log["annual"] * fte).map("{:.6f}".format, na_action="ignore"),
            "CURRENCY_CD": "EUR",
        }
    )


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Dates, numbers and truth values as such; ids stay text."""
    columns = {}
    for name in frame:
        if name.endswith("_on") or name == "month":
            columns[name] = days(frame[name])
        elif name in ("rating", "output"):
            columns[name] = pd.to_numeric(frame[name])
        elif name in ("saw_programme", "accepted"):
            columns[name] = frame[name] == "true"
    return frame.assign(**columns)


def _email(ids: pd.Series) -> pd.Series:
    """Addresses, every other one in capitals as people write them."""
    addresses = "worker." + ids + "@example.org"
    return addresses.where(ids.str[-1].isin(list("02468")), addresses.str.upper())


def _mentoring(mentoring: pd.DataFrame) -> pd.DataFrame:
    headers = {"mentorship_id": "Connection"}
    kept = mentoring.drop(columns=["mentor_id", "protege_id"]).rename(columns=headers)
    return kept.assign(
        **{
            "Mentor Email": _email(mentoring["mentor_id"]),
            "Mentee Email": _email(mentoring["protege_id"]),
        }
    )


def _crosswalk(ids: pd.Series) -> pd.DataFrame:
    """Addresses and survey tokens of everybody."""
    emails = pd.DataFrame(
        {"system": "email", "other_id": "worker." + ids + "@example.org", "person_id": ids}
    )
    tokens = pd.DataFrame({"system": "token", "other_id": _token(ids), "person_id": ids})
    return pd.concat([emails, tokens], ignore_index=True)


def _token(ids: pd.Series) -> pd.Series:
    return "tk" + ids.str[::-1]


def _wave(answers: pd.DataFrame, items: list[str]) -> pd.DataFrame:
    """Question codes in brackets; some questionnaires were opened and never sent."""
    export = pd.DataFrame(
        {
            "id": range(1, len(answers) + 1),
            "submitdate": answers["EndDate"].to_numpy(),
            "lastpage": "4",
            "startlanguage": "en",
            "seed": "12345",
            "token": _token(answers["ExternalReference"]).to_numpy(),
            **{f"{item[:2]}[{item[2:]}]": answers[item].to_numpy() for item in items},
        }
    )
    opened = export.head(15).assign(submitdate=None)
    return pd.concat([export, opened], ignore_index=True)
