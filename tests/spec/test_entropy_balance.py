"""What entropy balancing accepts, and what it refuses instead of answering wrongly."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.groups import entropy_balance

VALUES = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 5.0], [3.0, 1.0]])
TARGET = np.array([1.2, 1.5])
NAMES = ["x", "y"]
HALVES = {"strata": [0, 0, 1, 1], "shares": [0.5, 0.5]}


def test_frames_lists_and_whole_numbers_give_the_weights_of_arrays_of_numbers():
    expected = entropy_balance(VALUES, TARGET, names=NAMES).weights
    frame = pd.DataFrame(VALUES, columns=NAMES, index=[7, 5, 3, 1])
    for values in (frame, frame.astype("Int64"), VALUES.astype(int), VALUES.tolist()):
        for target in (TARGET, TARGET.tolist(), pd.Series(TARGET, NAMES)):
            assert (entropy_balance(values, target, names=NAMES).weights == expected).all()


def test_whole_numbers_can_be_brought_to_a_whole_target():
    found = entropy_balance(np.array([[0], [1], [4]]), np.array([1]), names=["x"])
    assert found.weights @ [0, 1, 4] == pytest.approx(1, abs=1e-9)
    assert found.weights.sum() == pytest.approx(1, abs=1e-12)


def test_one_column_may_come_without_its_second_dimension():
    expected = entropy_balance([[0.0], [1.0], [4.0]], [1.0], names=["x"]).weights
    for target in (1.0, [1.0]):
        found = entropy_balance(np.array([0.0, 1.0, 4.0]), target, names=["x"])
        assert (found.weights == expected).all()


def test_strata_may_be_a_list():
    found = entropy_balance(VALUES, [1.5, 1.5], names=NAMES, **HALVES)
    assert found.weights[:2].sum() == pytest.approx(0.5, abs=1e-9)
    assert found.weights @ VALUES == pytest.approx([1.5, 1.5], abs=1e-8)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"values": np.where(VALUES == 5, np.nan, VALUES)}, "1 missing or infinite .* of y"),
        ({"values": np.where(VALUES == 5, np.inf, VALUES)}, "1 missing or infinite .* of y"),
        ({"target": [np.nan, 1.5]}, "1 missing or infinite numbers in target, of x"),
        ({"values": VALUES.astype(str) + "a"}, "values that are no table of numbers"),
        ({"values": [[1.0, 2.0], [3.0]]}, "values that are no table of numbers"),
        ({"values": VALUES[:0]}, "nobody to be weighted"),
        ({"target": [1.2]}, r"values of shape \(4, 2\), a target of shape \(1,\), 2 names"),
        ({"names": ["x"]}, r"values of shape \(4, 2\), a target of shape \(2,\), 1 names"),
        ({"strata": [0, 0, 1, 1]}, "strata without shares"),
        ({"shares": [1.0]}, "strata without shares, or shares without strata"),
        (HALVES | {"shares": [0.7, 0.7]}, "sum to 1.4"),
        (HALVES | {"shares": [1.5, -0.5]}, "sum to 1"),
        (HALVES | {"shares": [np.nan, 0.5]}, "shares of shape"),
        (HALVES | {"strata": [0, 0, 1]}, r"strata of shape \(3,\) for 4 rows"),
        (HALVES | {"strata": [0, 0, 1, 2]}, "for 4 rows and 2 shares"),
        (HALVES | {"strata": [0, 0, -1, -1]}, "for 4 rows and 2 shares"),
        (HALVES | {"strata": [0, 0, 0.5, 1]}, "for 4 rows and 2 shares"),
        (HALVES | {"strata": list("aabb")}, "strata that are no table of numbers"),
        (HALVES | {"strata": [0, 0, 0, 0]}, "1 of 2 strata"),
        (HALVES | {"shares": [1.0, 0.0]}, "1 of 2 strata"),
        (
            {
                "values": pd.DataFrame(VALUES, columns=NAMES),
                "target": pd.Series([1.5, 1.2], list("yx")),
            },
            "the labels of target differ",
        ),
        (
            HALVES
            | {
                "values": pd.DataFrame(VALUES, columns=NAMES),
                "strata": pd.Series([0, 0, 1, 1], [3, 2, 1, 0]),
            },
            "the index of strata differ",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(change, found):
    asked = {"values": VALUES, "target": TARGET, "names": NAMES} | change
    with pytest.raises(EstimationError, match=found):
        entropy_balance(asked.pop("values"), asked.pop("target"), **asked)
