"""Pseudonyms are keyed hashes; a private key lies in the user's folder and is fingerprinted."""

import hashlib
import hmac
import stat
from pathlib import Path

import pandas as pd
import pytest

from mentor_outcomes.errors import SchemaError, StudyError
from mentor_outcomes.study import Pseudonyms
from mentor_outcomes.tables import config_folder, pseudonym_key, pseudonyms
from mentor_outcomes.tables import pseudonyms as pseudonyms_function
from mentor_outcomes.tables.keys import KEY_VARIABLE, fingerprint, shown_path
from mentor_outcomes.tables.pseudonyms import PUBLIC_KEY

WRITTEN = "0f" * 32
PRIVATE = Pseudonyms("private", fingerprint(bytes.fromhex(WRITTEN)))


def test_a_pseudonym_is_the_beginning_of_the_keyed_hash():
    ids = pd.Series(["007", None, "007", "8"], dtype="str")
    made = pseudonyms(ids, b"key")
    expected = hmac.new(b"key", b"person:007", hashlib.sha256).hexdigest()[:16]
    assert made.iloc[0] == made.iloc[2] == expected
    assert made.isna().tolist() == [False, True, False, False]
    assert made.iloc[3] != expected


def test_another_key_or_another_kind_of_id_gives_another_pseudonym():
    ids = pd.Series(["007"], dtype="str")
    made = {
        pseudonyms(ids, b"key").iloc[0],
        pseudonyms(ids, b"other").iloc[0],
        pseudonyms(ids, b"key", domain="mentorship").iloc[0],
    }
    assert len(made) == 3


def test_two_ids_with_one_pseudonym_are_refused(monkeypatch):
    monkeypatch.setitem(pseudonyms_function.__globals__, "HEX_DIGITS", 1)
    with pytest.raises(SchemaError, match="more than one id"):
        pseudonyms(pd.Series([str(n) for n in range(17)], dtype="str"), b"key")


def test_the_public_key_is_the_same_everywhere(tmp_path):
    assert pseudonym_key(Pseudonyms("public"), {}, tmp_path) == PUBLIC_KEY
    # Published: results of the default study depend on it.
    assert pseudonyms(pd.Series(["p01"], dtype="str"), PUBLIC_KEY).iloc[0] == "f44cafc477b6b106"
    assert not list(tmp_path.iterdir())


def test_a_private_key_comes_from_the_environment_first(tmp_path):
    (tmp_path / "pseudonym_key").write_text("aa" * 32)
    key = pseudonym_key(PRIVATE, {KEY_VARIABLE: WRITTEN}, tmp_path)
    assert key == bytes.fromhex(WRITTEN)


def test_the_first_run_makes_a_key_and_asks_for_its_fingerprint(tmp_path):
    folder = tmp_path / "config"
    with pytest.raises(StudyError) as caught:
        pseudonym_key(Pseudonyms("private"), {"HOME": str(tmp_path)}, folder)
    file = folder / "pseudonym_key"
    key = bytes.fromhex(file.read_text())
    assert len(key) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    message = str(caught.value)
    assert "a new one was made, in the file ~/config/pseudonym_key" in message
    assert "without it the same pseudonyms cannot be made again" in message
    assert f'write fingerprint: "{fingerprint(key)}" under study.pseudonyms in' in message
    assert str(tmp_path) not in message
    assert key.hex() not in str(caught.value)

    declared = Pseudonyms("private", fingerprint(key))
    assert pseudonym_key(declared, {}, folder) == key


def test_a_later_run_without_the_fingerprint_makes_no_second_key(tmp_path):
    (tmp_path / "pseudonym_key").write_text(WRITTEN)
    for environment in ({"HOME": str(tmp_path)}, {KEY_VARIABLE: WRITTEN}):
        with pytest.raises(StudyError) as caught:
            pseudonym_key(Pseudonyms("private"), environment, tmp_path)
        assert f'fingerprint: "{PRIVATE.fingerprint}"' in str(caught.value)
        assert "was made" not in str(caught.value)
    assert (tmp_path / "pseudonym_key").read_text() == WRITTEN


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({"HOME": "/h"}, "~/.config/mentor_outcomes/pseudonym_key"),
        ({"XDG_CONFIG_HOME": "/h/.config", "HOME": "/x"}, "XDG_CONFIG_HOME/mentor_outcomes/"),
        ({}, "mentor_outcomes/pseudonym_key of your configuration folder"),
    ],
)
def test_the_keys_place_is_shown_from_the_home_folder(environment, shown):
    made = shown_path(Path("/h/.config/mentor_outcomes/pseudonym_key"), environment)
    assert made.startswith(shown)


def test_the_fingerprint_is_the_beginning_of_the_keys_hash():
    assert fingerprint(b"key") == hashlib.sha256(b"key").hexdigest()[:8]


def test_another_key_than_the_declared_is_refused(tmp_path):
    with pytest.raises(StudyError) as caught:
        pseudonym_key(Pseudonyms("private", "00000000"), {KEY_VARIABLE: WRITTEN}, tmp_path)
    assert 'params.yaml declares "00000000"' in str(caught.value)
    assert WRITTEN not in str(caught.value)


def test_no_new_key_is_made_where_one_is_declared(tmp_path):
    with pytest.raises(StudyError, match="there is no private key here"):
        pseudonym_key(PRIVATE, {}, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["hunter2", WRITTEN[:-1] + "x", WRITTEN + "00", WRITTEN[:-2]])
def test_what_is_not_a_key_is_refused_unseen(tmp_path, text):
    with pytest.raises(StudyError) as caught:
        pseudonym_key(PRIVATE, {KEY_VARIABLE: text}, tmp_path)
    assert "the variable MENTOR_OUTCOMES_KEY does not hold a key" in str(caught.value)
    assert "exactly 64 hex digits" in str(caught.value)
    assert text not in str(caught.value)


def test_the_users_folder_follows_the_platform():
    home = Path("home")
    assert config_folder({}, "linux", home) == home / ".config/mentor_outcomes"
    assert config_folder({"XDG_CONFIG_HOME": "x"}, "linux", home) == Path("x/mentor_outcomes")
    assert config_folder({"APPDATA": "a"}, "win32", home) == Path("a/mentor_outcomes")
    assert config_folder({}, "darwin", home) == home / "Library/Application Support/mentor_outcomes"
