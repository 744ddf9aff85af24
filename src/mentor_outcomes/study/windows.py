"""What a study may say about the windows that differences are averaged over."""

from collections.abc import Sequence

from mentor_outcomes.errors import StudyError

_OR_LEAVE_OUT = "leave analysis.windows_months out: windows then follow the horizons."


def check_windows(windows: Sequence[Sequence[float]], horizons_months: Sequence[float]) -> None:
    """Refuse windows of parts of months, out of order, overlapping, or beyond the last horizon."""
    longest = max(horizons_months)
    shown = ", ".join(f"[{', '.join(f'{month:g}' for month in window)}]" for window in windows)
    found = f"analysis.windows_months is [{shown}], the longest horizon {longest:g}."
    is_pair = all(len(window) == 2 for window in windows)
    months = [month for window in windows for month in window]
    if not is_pair or any(month != int(month) or month < 1 for month in months):
        raise StudyError(
            found,
            expected="a first and a last month each, whole months from 1 on, such as [1, 12].",
            remedy=f"correct analysis.windows_months in params.yaml, or {_OR_LEAVE_OUT}",
        )
    ends = [0.0, *(last for _, last in windows)]
    if any(first > last for first, last in windows) or any(
        window[0] <= before for before, window in zip(ends, windows, strict=False)
    ):
        raise StudyError(
            found,
            expected="windows in the order of time, each beginning after the one before has ended.",
            remedy="sort them and let none overlap, in analysis.windows_months of params.yaml, or "
            + _OR_LEAVE_OUT,
        )
    if months and max(months) > longest:
        raise StudyError(
            found,
            expected="windows that end with the longest horizon at the latest.",
            remedy="shorten analysis.windows_months in params.yaml, add a horizon, or "
            + _OR_LEAVE_OUT,
        )
