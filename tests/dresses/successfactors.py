"""SAP SuccessFactors: user file, job history, recurring pay; surveys as SPSS files."""

import numpy as np
import pandas as pd

from tests.dresses import Dress
from tests.dresses.event_log import event_log, numbered
from tests.dresses.plain import FILE_OF
from tests.dresses.writing import days, delimited, spss, written

EVENTS = {
    "hire": "H",
    "rehire": "R",
    "exit": "26",
    "promotion": "8",
    "transfer": "6",
    "leave": "10",
    "return": "23",
    "manager_change": "MGR",
    "reorganisation": "REO",
}
REASONS = {
    "voluntary": "TERRES",
    "involuntary": "TERDIS",
    "retirement": "TERRET",
    "other": "TEROTH",
}
GRADES = tuple(f"GR_{n:02d}" for n in range(1, 7))
US = "%m/%d/%Y"
AS_IS = ("ratings", "mentoring", "requests", "offers", "unit_output")
NOT_ANSWERED = -99.0


def successfactors(exports: dict[str, pd.DataFrame], items: list[str]) -> Dress:
    """`items` are the columns of the surveys that hold answers."""
    files = {FILE_OF[name]: delimited(exports[FILE_OF[name]]) for name in AS_IS}
    files["users.csv"] = _users(exports["people.csv"])
    files["EmpJob.csv"] = delimited(_job_history(exports))
    files["EmpPayCompRecurring.csv"] = delimited(_pay(exports["pay_history.csv"]))
    for name, frame in exports.items():
        if name.startswith("survey_"):
            files[name.replace(".csv", ".sav")] = _wave(frame.iloc[2:], items)
    return Dress(files, _sources(), GRADES)


def _sources() -> dict[str, dict]:
    log = {"path": "EmpJob.csv", "profile": "successfactors"}
    codes = {"event_code": {"MGR": "manager_change", "REO": "reorganisation"}}
    exits = {code: kind for kind, code in REASONS.items()}
    return {
        "people": {
            "path": "users.csv",
            "profile": "successfactors",
            "columns": {"birth_year": "CUSTOM01", "education": "CUSTOM02"},
            "codes": {"gender": {"F": "woman", "M": "man"}},
        },
        "employment": {**log, "codes": codes | {"exit_kind": exits}},
        "jobs": {**log, "codes": codes, "columns": {"job_family": "jobFamily"}},
        "leaves": {**log, "codes": codes},
        "pay": {
            "path": "EmpPayCompRecurring.csv",
            "profile": "successfactors",
            "pay_is": "full_time",
            "codes": {"per": {"MON": "month"}},
        },
        "survey": {
            "path": "survey_*.sav",
            "wave": "from_file_name",
            "columns": {"person_id": "pid", "answered_on": "answered"},
        },
        **{name: {"path": FILE_OF[name]} for name in AS_IS},
    }


def _users(people: pd.DataFrame) -> bytes:
    """Two header rows: names, then labels."""
    report = pd.DataFrame(
        {
            "STATUS": "active",
            "USERID": people["person_id"],
            "FIRSTNAME": "Some",
            "LASTNAME": "Body",
            "EMAIL": "somebody@example.org",
            "GENDER": people["gender"].map({"woman": "F", "man": "M"}),
            "CUSTOM01": people["birth_year"],
            "CUSTOM02": people["education"],
        }
    )
    labels = dict.fromkeys(report, "a label") | {"STATUS": "Status", "USERID": "User ID"}
    return delimited(pd.concat([pd.DataFrame([labels]), report], ignore_index=True))


def _job_history(exports: dict[str, pd.DataFrame]) -> pd.DataFrame:
    log = event_log(exports)
    end = log.groupby("person_id")["day"].shift(-1)
    return pd.DataFrame(
        {
            "userId": log["person_id"],
            "startDate": log["day"].dt.strftime(US),
            "endDate": end.dt.strftime(US).fillna("12/31/9999"),
            "seqNumber": numbered(log, first=1),
            "event": log["event"].map(EVENTS),
            "eventReason": log["exit_kind"].map(REASONS).fillna("OTHER"),
            "emplStatus": log["event"].isin(["exit", "leave"]).map({True: "I", False: "A"}),
            "jobFamily": log["job_family"],
            # The last row of somebody gone says nothing of a job.
            "payGrade": log["grade"]
            .map(lambda n: f"GR_{int(n):02d}")
            .where(log["event"] != "exit"),
            "fte": log["fte"],
            "department": log["unit_id"],
            "location": log["site"],
            "managerId": log["manager_id"],
        }
    )


def _pay(pay: pd.DataFrame) -> pd.DataFrame:
    monthly = pd.to_numeric(pay["annual_pay"]) / 12
    return pd.DataFrame(
        {
            "userId": pay["person_id"],
            "startDate": written(pay["effective_on"], US),
            "seqNumber": 1,
            "payComponent": "BASE",
            "paycompvalue": monthly.map(lambda value: f"{value:.8f}"),
            "currencyCode": "EUR",
            "frequency": "MON",
        }
    )


def _wave(answers: pd.DataFrame, items: list[str]) -> bytes:
    """Numbers with labels; what was not answered is a user-missing code."""
    frame = pd.DataFrame(
        {
            "pid": answers["ExternalReference"].to_numpy(dtype=object),
            "answered": days(answers["EndDate"].str[:10]).dt.date.to_numpy(),
            **{
                item: pd.to_numeric(answers[item]).fillna(NOT_ANSWERED).to_numpy(dtype=np.float64)
                for item in items
            },
        }
    )
    labels = {1: "strongly disagree", NOT_ANSWERED: "not answered"}
    return spss(
        frame,
        variable_value_labels=dict.fromkeys(items, labels),
        missing_ranges={item: [NOT_ANSWERED] for item in items},
    )
