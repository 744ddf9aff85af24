"""Which key makes the pseudonyms, and where a private one is kept: never in the study's folder."""

import hashlib
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from mentor_outcomes.errors import StudyError
from mentor_outcomes.study import Pseudonyms
from mentor_outcomes.tables.pseudonyms import PUBLIC_KEY

KEY_VARIABLE = "MENTOR_OUTCOMES_KEY"
KEY_FILE = "pseudonym_key"
_WRITTEN_KEY = re.compile(r"[0-9a-f]{64}")


def pseudonym_key(settings: Pseudonyms, environment: Mapping[str, str], folder: Path) -> bytes:
    """The study's key: the published one, or a private one whose fingerprint is the declared.

    A private key is 32 bytes, written as 64 hex digits in the environment variable
    MENTOR_OUTCOMES_KEY or in the file `pseudonym_key` in `folder`, which is made on first use and
    can be read by its owner only.

    Raises StudyError where the fingerprint is not declared, or is another key's.
    """
    if settings.key == "public":
        return PUBLIC_KEY
    path, shown = folder / KEY_FILE, shown_path(folder / KEY_FILE, environment)
    if KEY_VARIABLE not in environment and not path.exists():
        raise _no_key(settings, path, shown)
    key = _found_key(environment, path, shown)
    if settings.fingerprint is None:
        raise StudyError(
            f"study.pseudonyms has no fingerprint of its private key ({_where(environment, shown)} "
            "holds one).",
            expected="the fingerprint, so that a run with another key is noticed.",
            remedy=_how_to_declare(key),
        )
    if settings.fingerprint != fingerprint(key):
        raise StudyError(
            f'the private key in {_where(environment, shown)} has the fingerprint "'
            f'{fingerprint(key)}", params.yaml declares "{settings.fingerprint}".',
            expected="the key with which this study's pseudonyms were first made.",
            remedy=f"set the variable {KEY_VARIABLE} to that key (another study may need the one "
            "in the file); or declare the new fingerprint, and all pseudonyms change.",
        )
    return key


def fingerprint(key: bytes) -> str:
    """First eight hex digits of the key's SHA-256: tells keys apart and gives none away."""
    return hashlib.sha256(key).hexdigest()[:8]


def config_folder(environment: Mapping[str, str], platform: str, home: Path) -> Path:
    """Where the user's programs keep their settings on this platform (`sys.platform`)."""
    if platform == "win32":
        base = Path(environment.get("APPDATA") or home / "AppData" / "Roaming")
    elif platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    return base / "mentor_outcomes"


def shown_path(path: Path, environment: Mapping[str, str]) -> str:
    """`path` as a message may show it: from the home folder, never from the machine's root."""
    starts = {
        "~": environment.get("HOME") or environment.get("USERPROFILE"),
        "XDG_CONFIG_HOME": environment.get("XDG_CONFIG_HOME"),
        "APPDATA": environment.get("APPDATA"),
    }
    for name, start in starts.items():
        if start and path.is_relative_to(start):
            return f"{name}/{path.relative_to(start).as_posix()}"
    return f"{path.parent.name}/{path.name} of your configuration folder"


def _where(environment: Mapping[str, str], shown: str) -> str:
    return f"the variable {KEY_VARIABLE}" if KEY_VARIABLE in environment else f"the file {shown}"


def _how_to_declare(key: bytes) -> str:
    # In quotes: YAML reads a fingerprint of digits only as a number.
    return f'write fingerprint: "{fingerprint(key)}" under study.pseudonyms in params.yaml.'


def _no_key(settings: Pseudonyms, path: Path, shown: str) -> StudyError:
    """A new key where the study has none yet; the error says what to do with it."""
    if settings.fingerprint is not None:
        return StudyError(
            "params.yaml declares a key's fingerprint, and there is no private key here.",
            expected="the key with which this study's pseudonyms were first made.",
            remedy=f"copy that key's file to {shown}, or set the variable {KEY_VARIABLE} to what "
            "it holds.",
        )
    key = _new_key(path)
    return StudyError(
        "study.pseudonyms asks for a private key, and there was none: a new one was made, in the "
        f"file {shown}.",
        expected="its fingerprint in params.yaml, so that a run with another key is noticed, and "
        "a copy of the key: without it the same pseudonyms cannot be made again.",
        remedy="copy that file to a safe place outside the study's folder, and "
        f"{_how_to_declare(key)}",
    )


def _found_key(environment: Mapping[str, str], path: Path, shown: str) -> bytes:
    where = _where(environment, shown)
    if KEY_VARIABLE in environment:
        return _read_key(environment[KEY_VARIABLE], where)
    return _read_key(path.read_text(encoding="ascii", errors="replace"), where)


def _read_key(text: str, where: str) -> bytes:
    if not _WRITTEN_KEY.fullmatch(text.strip()):
        raise StudyError(
            f"{where} does not hold a key of the right form.",
            expected="exactly 64 hex digits (0-9 and small a-f) and nothing else.",
            remedy="copy the key again from where it was kept; if this study has never had one, "
            "remove what stands there, and a new key is made.",
        )
    return bytes.fromhex(text.strip())


def _new_key(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = secrets.token_bytes(32)
    # Exclusive, and private from the first moment: never world-readable, never overwritten.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
    return key
