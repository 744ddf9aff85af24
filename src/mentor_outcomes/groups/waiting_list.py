"""Whether the requests that are known are a waiting list, or only those that found a mentor."""

from dataclasses import dataclass

import pandas as pd

from mentor_outcomes.errors import StudyError


@dataclass(frozen=True, slots=True)
class WaitingList:
    """People of the panel who asked for a mentor and had none by that day.

    n_waited      of them, all
    n_unmatched   those without a mentor up to the end of the records
    """

    n_waited: int
    n_unmatched: int

    @property
    def note(self) -> str:
        """The share who found no mentor: how far requests were kept that led to nothing."""
        share = self.n_unmatched / self.n_waited if self.n_waited else float("nan")
        return (
            f"Waiting list: of {self.n_waited:,} people who asked for a mentor, {share:.0%} have "
            "none by the end of the records. A share lower than the programme's own means that "
            "requests without a match were not all kept, and that who is on the list will be "
            "mentored."
        )


def waiting_list(
    first_requests: pd.DataFrame | None, first_mentorships: pd.DataFrame, people: pd.Series
) -> WaitingList:
    """Who waited, of the people with these ids; `first_mentorships` of one role only."""
    if first_requests is None:
        return WaitingList(0, 0)
    asked = first_requests[first_requests["person_id"].isin(people)]
    started_on = asked["person_id"].map(first_mentorships.set_index("person_id")["started_on"])
    is_unmatched = started_on.isna()
    waited = is_unmatched | (asked["requested_on"] < started_on)
    return WaitingList(int(waited.sum()), int(is_unmatched.sum()))


def check_waiting_list(waiting: WaitingList) -> None:
    """Refuse a list that nobody is on, or that only those are on who found a mentor later.

    Of such a list a comparator who waits will be mentored for certain, and so, say, stays until
    then: the design would look ahead.
    """
    if waiting.n_waited == 0:
        raise StudyError(
            "groups.prefer_waiting_list is true, but no request for a mentor is recorded.",
            expected="requests with their day, also of people for whom no mentor was found.",
            remedy="supply the source `requests`, or set groups.prefer_waiting_list to false in "
            "params.yaml.",
        )
    if waiting.n_unmatched == 0:
        raise StudyError(
            "groups.prefer_waiting_list is true, but all who asked for a mentor before they had "
            f"one ({waiting.n_waited:,} people) were mentored later.",
            expected="requests that led to nothing as well: without them being on the list means "
            "that somebody will be mentored, which was not known that day.",
            remedy="supply all requests under the source `requests`, those without a "
            "mentorship_id too, or set groups.prefer_waiting_list to false in params.yaml.",
        )
