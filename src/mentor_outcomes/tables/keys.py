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
    key = _private_key(environment, folder / KEY_FILE, may_be_made=settings.fingerprint is None)
    if settings.fingerprint is None:
        raise StudyError(
            "study.pseudonyms has no fingerprint of its private key.",
            expected="the fingerprint, so that a run with another key is noticed.",
            remedy=f"write {fingerprint(key)} under study.pseudonyms.fingerprint in params.yaml.",
        )
    if settings.fingerprint != fingerprint(key):
        raise StudyError(
            f"the private key found has the fingerprint {fingerprint(key)}, "
            f"params.yaml declares {settings.fingerprint}.",
            expected="the key with which this study's pseudonyms were first made.",
            remedy=f"copy that key to {KEY_VARIABLE} or the configuration folder; or declare the "
            "new fingerprint, and all pseudonyms change.",
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


def _private_key(environment: Mapping[str, str], path: Path, *, may_be_made: bool) -> bytes:
    if KEY_VARIABLE in environment:
        return _read_key(environment[KEY_VARIABLE], f"the environment variable {KEY_VARIABLE}")
    if path.exists():
        return _read_key(path.read_text(encoding="ascii", errors="replace"), f"the file {KEY_FILE}")
    if not may_be_made:
        raise StudyError(
            "params.yaml declares a key's fingerprint, and there is no private key here.",
            expected="the key with which this study's pseudonyms were first made.",
            remedy=f"copy that key to {KEY_VARIABLE} or the configuration folder.",
        )
    return _new_key(path)


def _read_key(text: str, where: str) -> bytes:
    if not _WRITTEN_KEY.fullmatch(text.strip()):
        raise StudyError(
            f"{where} does not hold a key.",
            expected="64 hex digits (0-9, a-f): 32 random bytes.",
            remedy="copy the key again; without one anywhere, a new key is made.",
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
