"""Answers to items become scale scores."""

from collections.abc import Mapping

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import SchemaError
from mentor_outcomes.study import Scale


def keyed_answers(answers: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """The scale's items in its order, reverse-keyed ones turned: lowest + highest - answer."""
    missing = [item for item in scale.items if item not in answers.columns]
    if missing:
        raise SchemaError(
            f"survey_answers has no {', '.join(missing)}.",
            expected=f"the items {', '.join(scale.items)}.",
            remedy="run the stage ingest again, or correct the items under `scales` in "
            "params.yaml.",
        )
    items = answers[list(scale.items)].astype("float64")
    turned = scale.lowest + scale.highest - items[list(scale.reverse_keyed)]
    return items.assign(**turned)


def score_scales(answers: pd.DataFrame, scales: Mapping[str, Scale]) -> pd.DataFrame:
    """One row per person, wave and scale: the mean of the answered items, on the scale's points.

    Reverse-keyed items are turned first. Whoever answered fewer than `scale.answers_needed` items
    has no row. A mean of the answered items stands in for the others (person-mean imputation),
    which assumes that a person's missing items would have been like the answered ones;
    `is_prorated` marks these scores.

    Parameters
    ----------
    answers : SURVEY_ANSWERS, a column per item in points
    scales : name -> items, reversed items, points, answers needed

    Returns
    -------
    SCALE_SCORES, in the order of person, wave and scale; no rows where nothing was asked
    """
    parts = [_scores(answers, name, scale) for name, scale in scales.items()]
    parts = [part for part in parts if len(part)]
    if not parts:
        return schema.SCALE_SCORES.empty()
    scores = pd.concat(parts).sort_values(list(schema.SCALE_SCORES.key), kind="stable")
    return scores.reset_index(drop=True)


def _scores(answers: pd.DataFrame, name: str, scale: Scale) -> pd.DataFrame:
    keyed = keyed_answers(answers, scale)
    n_answered = keyed.notna().sum(axis="columns")
    scores = pd.DataFrame(
        {
            "person_id": answers["person_id"],
            "wave": answers["wave"],
            "scale": pd.Series(name, index=answers.index, dtype="str"),
            "score": keyed.mean(axis="columns"),
            "n_answered": n_answered.astype("int64"),
            "is_prorated": n_answered < len(scale.items),
        }
    )
    return scores[n_answered >= scale.answers_needed]
