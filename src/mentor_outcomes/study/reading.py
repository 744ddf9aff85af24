"""A mapping as read from YAML, into frozen dataclasses by their type hints."""

import difflib
import re
import types
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from typing import Literal, Union, get_args, get_origin, get_type_hints

from mentor_outcomes.errors import StudyError

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_settings(kind: type, raw: object, *, where: str):
    """An instance of the dataclass `kind`; a key or value that does not fit is refused.

    `where` names the place in the study file, for messages: `groups.caliper_sd`.
    """
    if not isinstance(raw, Mapping):
        raise _unfit(where, raw, "keys and values")
    known = {item.name: item for item in fields(kind)}
    for key in raw:
        if key not in known:
            raise _unknown_key(where, key, known)
    missing = [
        name
        for name, item in known.items()
        if name not in raw and item.default is MISSING and item.default_factory is MISSING
    ]
    if missing:
        raise StudyError(
            f"{where} lacks {', '.join(missing)}.",
            expected="a value: there is no default for it.",
            remedy=f"add {missing[0]} to {where}.",
        )
    hints = get_type_hints(kind)
    return kind(**{key: _read(hints[key], value, _below(where, key)) for key, value in raw.items()})


def _read(hint: object, value: object, where: str):
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return _read(next(a for a in arguments if a is not type(None)), value, where)
    if origin is Literal:
        if value in arguments:
            return value
        raise _unfit(
            where, value, f"one of {', '.join(map(str, arguments))}", _near(value, arguments)
        )
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise _unfit(where, value, "a list, in square brackets")
        is_flat = not any(isinstance(item, list | tuple) for item in value)
        if value and is_flat and get_origin(arguments[0]) is tuple:
            wanted = f"lists within a list: [[{', '.join(map(str, value))}]]"
            raise _unfit(where, list(value), wanted)
        return tuple(_read(arguments[0], item, where) for item in value)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise _unfit(where, value, "keys and values")
        return {
            str(key): _read(arguments[1], item, _below(where, key)) for key, item in value.items()
        }
    if is_dataclass(hint):
        return read_settings(hint, value, where=where)
    return _read_plain(hint, value, where)


def _read_plain(hint: object, value: object, where: str):
    if hint is bool and isinstance(value, bool):
        return value
    if hint is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if hint is str and isinstance(value, str):
        return value
    if hint is date and isinstance(value, str) and _ISO_DATE.fullmatch(value):
        # DVC refuses what YAML reads as a date, so the study file quotes them.
        with suppress(ValueError):
            return date.fromisoformat(value)
    words = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        str: "text (in quotes, if it looks like a number)",
        date: 'a date in quotes, such as "2019-01-31" (DVC takes no bare ones)',
    }
    raise _unfit(where, value, words[hint])


def _below(where: str, key: object) -> str:
    return str(key) if where == "params.yaml" else f"{where}.{key}"


def _near(value: object, options: object) -> str:
    close = difflib.get_close_matches(str(value), [str(option) for option in options], n=1)
    return f" The nearest is {close[0]}." if close else ""


def _unknown_key(where: str, key: object, known: Mapping[str, object]) -> StudyError:
    close = difflib.get_close_matches(str(key), list(known), n=1, cutoff=0.5)
    remedy = f"write {close[0]}, the nearest." if close else f"remove {key} from {where}."
    return StudyError(
        f"{where} has a key `{key}`, which does not exist.",
        expected=f"one of {', '.join(known)}.",
        remedy=remedy,
    )


def _unfit(where: str, value: object, wanted: str, hint: str = "") -> StudyError:
    return StudyError(
        f"{where} is {value!r}.",
        expected=f"{wanted}.{hint}",
        remedy=f"correct {where} in params.yaml.",
    )
