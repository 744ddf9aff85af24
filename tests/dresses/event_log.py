"""A job history in which hires, changes, leaves, pay and exits are rows of one log."""

import pandas as pd

from tests.dresses.writing import days

ONE_DAY = pd.Timedelta(days=1)
STATE = ["grade", "job_family", "unit_id", "site", "manager_id", "fte"]


def event_log(exports: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per person, day and event: the job's state after it, and `exit_kind` for exits.

    An exit is dated the day after the last day employed and comes first on its day; changes of
    the job come next, leaves and returns last.
    """
    jobs = exports["job_history.csv"]
    rows = jobs.assign(day=days(jobs["effective_on"]), rank=1, event=jobs["event_code"])
    left = exports["employment.csv"].dropna(subset="left_on")
    exits = pd.DataFrame(
        {
            "person_id": left["person_id"],
            "day": days(left["left_on"]) + ONE_DAY,
            "rank": 0,
            "event": "exit",
            "exit_kind": left["exit_kind"],
        }
    )
    leaves = exports["leaves.csv"]
    starts = pd.DataFrame(
        {"person_id": leaves["person_id"], "day": days(leaves["from"]), "event": "leave"}
    )
    back = leaves.dropna(subset="until")
    ends = pd.DataFrame(
        {"person_id": back["person_id"], "day": days(back["until"]) + ONE_DAY, "event": "return"}
    )
    others = pd.concat([exits, starts.assign(rank=3), ends.assign(rank=2)], ignore_index=True)
    others = _with_state(others, rows)
    log = pd.concat([rows, others], ignore_index=True)
    log["order"] = pd.to_numeric(log.get("sequence")).fillna(0)
    log = log.sort_values(["person_id", "day", "rank", "order"], kind="stable", ignore_index=True)
    return log[["person_id", "day", "event", "exit_kind", *STATE]]


def _with_state(events: pd.DataFrame, jobs: pd.DataFrame) -> pd.DataFrame:
    """Each event with the job as it was before it."""
    order = jobs.assign(order=pd.to_numeric(jobs["sequence"]))
    states = order.sort_values(["day", "order"], kind="stable")[["person_id", "day", *STATE]]
    before = events["event"] == "exit"
    parts = [
        pd.merge_asof(
            part.sort_values("day", kind="stable"),
            states,
            on="day",
            by="person_id",
            allow_exact_matches=exact,
        )
        for part, exact in ((events[before], False), (events[~before], True))
    ]
    return pd.concat(parts, ignore_index=True)


def numbered(log: pd.DataFrame, *, first: int) -> pd.Series:
    """The sequence number of each row within its day."""
    return log.groupby(["person_id", "day"]).cumcount() + first
