"""Workday custom reports and Qualtrics surveys."""

import pandas as pd

from tests.dresses import Dress
from tests.dresses.plain import FILE_OF, european
from tests.dresses.writing import delimited, renamed, written

US = "%m/%d/%Y"
GRADES = tuple(f"Level {n}" for n in range(1, 7))
REASONS = {
    "hire": "Hire Employee",
    "rehire": "Rehire Employee",
    "manager_change": "Change Manager",
    "transfer": "Transfer",
    "reorganisation": "Move Workers (Reorganization)",
    "promotion": "Promotion > Promote Employee",
}
EXITS = {
    "voluntary": "Terminate Employee > Voluntary",
    "involuntary": "Terminate Employee > Involuntary",
    "retirement": "Retirement",
    "other": "Terminate Employee > Other",
}
USD = 0.8
AS_IS = ("leaves", "ratings", "mentoring", "requests", "offers", "unit_output")


def workday(exports: dict[str, pd.DataFrame]) -> Dress:
    """Workers, positions and pay as Workday reports them; the rest under our own headers."""
    surveys = {
        name: delimited(frame, encoding="utf-8-sig")
        for name, frame in exports.items()
        if name.startswith("survey_")
    }
    files = european(exports, AS_IS) | surveys
    files["workers.csv"] = delimited(_workers(exports["people.csv"]))
    files["employment.csv"] = delimited(_employment(exports["employment.csv"]))
    files["positions.csv"] = delimited(_positions(exports["job_history.csv"]), delimiter="\t")
    files["pay.csv"] = delimited(_pay(exports["pay_history.csv"]), encoding="cp1252")
    return Dress(files, _sources(), GRADES, {"currency_rates": {"USD": USD}})


def _sources() -> dict[str, dict]:
    reasons = {code: word for word, code in REASONS.items()}
    exits = {code: word for word, code in EXITS.items()}
    return {
        "people": {
            "path": "workers.csv",
            "profile": "workday",
            "columns": {"education": "Education"},
            "codes": {"gender": {"Female": "woman", "Male": "man"}},
        },
        "employment": {
            "path": "employment.csv",
            "profile": "workday",
            "codes": {"exit_kind": exits},
        },
        "jobs": {
            "path": "positions.csv",
            "profile": "workday",
            "columns": {
                "sequence": "Entry_Moment_Order",
                "job_family": "Job_Family",
                "unit_id": "Supervisory_Organization",
                "manager_id": "Manager_Employee_ID",
                "event_code": "Business_Process_Reason",
            },
            "codes": {"event_code": reasons},
        },
        "pay": {"path": "pay.csv", "profile": "workday", "pay_is": "full_time"},
        "survey": {"path": "survey_*.csv", "profile": "qualtrics", "wave": "from_file_name"},
        **{name: {"path": FILE_OF[name]} for name in AS_IS},
    }


def _workers(people: pd.DataFrame) -> pd.DataFrame:
    report = renamed(people, {"person_id": "Employee_ID", "education": "Education"})
    return report.assign(
        Worker_Type="Employee",
        Legal_Name="Somebody",
        Date_of_Birth=people["birth_year"].map(lambda year: f"{year}-06-15", na_action="ignore"),
        Gender=people["gender"].map({"woman": "Female", "man": "Male"}),
    )


def _employment(employment: pd.DataFrame) -> pd.DataFrame:
    """One row per stay, and some hires that were rescinded."""
    report = pd.DataFrame(
        {
            "Employee_ID": employment["person_id"],
            "Hire_Date": written(employment["hired_on"], US),
            "Termination_Date": written(employment["left_on"], US),
            "Primary_Termination_Category": employment["exit_kind"].map(EXITS),
            "hire_rescinded": "false",
        }
    )
    never_came = report.head(25).assign(
        Hire_Date="01/13/2020", Termination_Date=None, hire_rescinded="true"
    )
    never_came["Primary_Termination_Category"] = None
    return pd.concat([report, never_came], ignore_index=True)


def _positions(jobs: pd.DataFrame) -> pd.DataFrame:
    report = renamed(
        jobs,
        {
            "person_id": "worker_id",
            "sequence": "Entry_Moment_Order",
            "job_family": "Job_Family",
            "unit_id": "Supervisory_Organization",
            "site": "Location",
            "manager_id": "Manager_Employee_ID",
            "fte": "paid_fte",
        },
    ).assign(
        Effective_Date=jobs["effective_on"],
        Compensation_Grade=jobs["grade"].map(lambda n: f"Level {n}"),
        Business_Process_Reason=jobs["event_code"].map(REASONS),
        is_primary_job="Yes",
    )
    second = report.head(40).assign(is_primary_job="No", Entry_Moment_Order="9")
    return pd.concat([report, second], ignore_index=True)


def _pay(pay: pd.DataFrame) -> pd.DataFrame:
    """Yearly and monthly amounts, some in dollars."""
    annual = pd.to_numeric(pay["annual_pay"])
    is_monthly = pd.Series(range(len(pay))) % 3 == 1
    is_foreign = pd.Series(range(len(pay))) % 5 == 2
    amount = (annual / is_monthly.map({True: 12, False: 1})) / is_foreign.map({True: USD, False: 1})
    return pd.DataFrame(
        {
            "EmployeeId": pay["person_id"],
            "EffectiveDate": pay["effective_on"],
            "Currency": is_foreign.map({True: "USD", False: "EUR"}),
            "Reason": "Request Compensation Change > Société",
            "BaseAmount": amount.map(lambda value: f"{value:.9f}"),
            "BaseIncomeType": is_monthly.map({True: "Monthly", False: "Annual"}),
        }
    )
