"""Answers to survey waves, and how many of them belong to a known person."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.study import Scale
from mentor_outcomes.tables.checks import without_repeats
from mentor_outcomes.tables.codes import frequencies, ids_in, may_show_rare
from mentor_outcomes.tables.parsing import parse
from mentor_outcomes.tables.received import Received, counted, place
from mentor_outcomes.tables.rows import Rows, Rule
from mentor_outcomes.tables.waves import early_answers, opening_days

CODES_NAMED = 5


def answers_of(
    rows: Rows, people: pd.Series, scales: Mapping[str, Scale]
) -> tuple[Rows, pd.DataFrame]:
    """One row per person and wave with a column per item of the scales, in points; and linkage.

    Other questions of the survey are left out: an answer in free text may name anybody. An answer
    that belongs to nobody known is counted by wave (SURVEY_LINKAGE) and not used; so is one whose
    id fits somebody only with a small difference, where that person answered by the right one.

    Raises SourceError where an item holds what is neither one of its points nor declared to be
    missing, and where it is in doubt which day a wave opened.
    """
    received = rows.received
    items = sorted({item for scale in scales.values() for item in scale.items})
    _require_items(received, items, scales)
    answers = {}
    for name, scale in scales.items():
        for item in scale.items:
            answers[item] = _points(received, item, name, scale, rows.frame.index)
    rows = rows.with_frame(
        pd.concat([rows.frame, pd.DataFrame(answers, index=rows.frame.index)], axis="columns")
    )
    rows, linkage = _linked(rows, people)
    rows = without_repeats(rows, ["person_id", "wave"])
    opened = opening_days(rows.frame, received.layout.waves)
    linkage = linkage.assign(opened_on=opened.reindex(linkage["wave"]).to_numpy())
    return rows.noting(*early_answers(rows.frame, opened)), linkage


def _linked(rows: Rows, people: pd.Series) -> tuple[Rows, pd.DataFrame]:
    """Answers of known people, and how many of each wave they are."""
    frame = rows.frame
    is_known = frame["person_id"].isin(people)
    is_tolerant = is_known & (
        frame["is_tolerant"] if "is_tolerant" in frame else pd.Series(False, frame.index)
    )
    exact = frame.loc[is_known & ~is_tolerant, ["person_id", "wave"]]
    key = pd.MultiIndex.from_frame(frame[["person_id", "wave"]])
    is_taken = is_tolerant & key.isin(pd.MultiIndex.from_frame(exact))
    is_linked = is_known & ~is_taken
    linkage = (
        pd.DataFrame(
            {
                "wave": frame["wave"],
                "n_finished": 1,
                "n_linked": (is_linked & ~is_tolerant).astype("int64"),
                "n_tolerant": (is_linked & is_tolerant).astype("int64"),
                "n_unlinked": (~is_linked).astype("int64"),
            }
        )
        .groupby("wave")
        .sum()
        .reset_index()
        .astype("int64")
    )
    rows = rows.aside(frame["person_id"].isna(), "without a person_id")
    rows = rows.aside(is_taken[rows.frame.index], "with an id that is nearly somebody's own")
    rows = _strangers(rows, people)
    return rows.with_frame(rows.frame.drop(columns="is_tolerant", errors="ignore")), linkage


def _strangers(rows: Rows, people: pd.Series) -> Rows:
    """Answers of nobody known. Where ids are typed by people some are always wrong: counted."""
    is_stranger = ~rows.frame["person_id"].isin(people)
    if rows.received.layout.ids is not None:
        return rows.aside(is_stranger, "with an id that is nobody's")
    return rows.without(
        is_stranger,
        Rule(
            "not_among_people",
            "person_id",
            "have a person_id that the source people does not have",
            "everyone of every source among people, under the same id.",
            "add them to the file of people; where the survey has ids of its own, give the "
            "crosswalk and name its system under `ids` of the source.",
        ),
    )


def _require_items(received: Received, items: Sequence[str], scales: Mapping[str, Scale]) -> None:
    headers = set(received.frame.columns)
    lacking = [name for name, scale in scales.items() if not headers.issuperset(scale.items)]
    received.require(
        items,
        remedy="export the file again with what it lacks, or correct items of "
        f"{' and '.join(f'scales.{name}' for name in lacking)} in params.yaml, or name the "
        f"provider's own header under sources.{received.name}.columns.",
    )


def _points(received: Received, item: str, name: str, scale: Scale, index: pd.Index) -> pd.Series:
    """The item's answers in points, whether the file holds numbers or the choices' texts."""
    texts = received.frame.loc[index, item]
    texts = texts.mask(texts.isin([*scale.missing, *received.layout.missing.get(item, ())]))
    texts = _as_numbers(received, item, texts, name, scale)
    parsed = parse(texts, "number")
    _refuse_texts(received, texts, parsed.is_unreadable, item, name)
    _refuse_outside(received, parsed.values, name, scale)
    _refuse_between(received, parsed.values, name)
    return parsed.values


def _as_numbers(
    received: Received, item: str, texts: pd.Series, name: str, scale: Scale
) -> pd.Series:
    """Choices' texts as the points they stand for; what else there is stays."""
    points = {text: str(scale.lowest + place) for place, text in enumerate(scale.choices)}
    points |= received.layout.codes.get(item, {})
    if not points:
        return texts
    return texts.map(lambda text: points.get(text, text), na_action="ignore").astype("str")


def _refuse_texts(
    received: Received, texts: pd.Series, unreadable: np.ndarray, item: str, name: str
) -> None:
    if not unreadable.any():
        return
    seen = frequencies(texts[unreadable], may_show_rare=False, hidden=ids_in(received))
    named = ", ".join(f"{text!r} ({n})" for text, n in list(seen.items())[:9])
    mask = np.zeros(len(received.frame), dtype=bool)
    mask[texts.index[unreadable]] = True
    raise SourceError(
        f"{item} has {counted(int(unreadable.sum()), 'answer')} that "
        f"{'is' if unreadable.sum() == 1 else 'are'} no number in {place(received, mask)}"
        f"{': ' + named if named else ''}.",
        expected="the number of the choice, or one of the texts that the scale declares.",
        remedy=f"if these are the choices' texts, list them from lowest to highest under "
        f"scales.{name}.choices in params.yaml; if one stands for `not answered`, list it, in "
        f"quotes, under scales.{name}.missing.",
    )


def _refuse_outside(received: Received, answers: pd.Series, name: str, scale: Scale) -> None:
    """Answers beyond the scale's points are refused; the codes seen say what they may mean."""
    is_outside = ((answers < scale.lowest) | (answers > scale.highest)).to_numpy()
    if not is_outside.any():
        return
    outside = np.zeros(len(received.frame), dtype=bool)
    outside[answers.index[is_outside]] = True
    texts = received.frame.loc[answers.index, answers.name]
    shown = frequencies(
        texts[is_outside],
        may_show_rare=may_show_rare(texts, is_outside),
        hidden=ids_in(received),
    )
    codes = sorted(shown, key=lambda text: (answers[texts == text].iloc[0], text))[:CODES_NAMED]
    n_codes = texts[is_outside].nunique()
    more = f" and {n_codes - len(codes)} more" if n_codes > len(codes) and codes else ""
    seen = f" ({'code' if n_codes == 1 else 'codes'} seen: {', '.join(codes)}{more})"
    n_outside = int(outside.sum())
    code = "it is a code" if n_codes == 1 else "one of them is a code"
    raise SourceError(
        f"{answers.name} has {counted(n_outside, 'answer')} outside "
        f"{scale.lowest}-{scale.highest} in {place(received, outside)}{seen if codes else ''}.",
        expected=f"{scale.lowest}-{scale.highest}, as scales.{name} of params.yaml says, or "
        "nothing where a question was not answered.",
        remedy=f"if {code} for `not applicable` or `not answered`, list it in quotes "
        f"under scales.{name}.missing in params.yaml; if the scale has other points, correct "
        f"lowest and highest of scales.{name}; else correct the answers at the source.",
    )


def _refuse_between(received: Received, answers: pd.Series, name: str) -> None:
    """Answers between two points are means or sliders, and no choices."""
    is_between = (answers % 1 > 0).to_numpy()
    if not is_between.any():
        return
    between = np.zeros(len(received.frame), dtype=bool)
    between[answers.index[is_between]] = True
    raise SourceError(
        f"{answers.name} has {counted(int(between.sum()), 'answer')} between two points in "
        f"{place(received, between)}.",
        expected="whole numbers, one for each point of the scale.",
        remedy=f"name the column of the single answers under sources.{received.name}.columns in "
        f"params.yaml, not one of means; or take {answers.name} out of scales.{name}.",
    )
