"""Pseudonyms in place of identifiers: a keyed hash, the same for the same id and key."""

import hmac

import pandas as pd

from mentor_outcomes.errors import SchemaError

HEX_DIGITS = 16
PUBLIC_KEY = b"mentor_outcomes: a published key, for invented people only"


def pseudonyms(ids: pd.Series, key: bytes, *, domain: str = "person") -> pd.Series:
    """A pseudonym per id: the first 16 hex digits of HMAC-SHA256; missing stays missing.

    `domain` goes into the hash, so that a person and a mentorship of the same number differ.
    Each different id is hashed once. Two ids with one pseudonym are refused; among a million
    people the chance of any is 3 in 100 million.
    """
    codes, unique = pd.factorize(ids)
    hashed = [_hashed(f"{domain}:{text}", key) for text in unique.tolist()]
    if len(set(hashed)) < len(hashed):
        raise SchemaError(
            "a pseudonym stands for more than one id.",
            expected="another pseudonym for every id.",
            remedy="use another private key, and declare its fingerprint in params.yaml.",
        )
    known = pd.array([*hashed, None], dtype="str")
    return pd.Series(known[codes], index=ids.index, name=ids.name)


def _hashed(text: str, key: bytes) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()[:HEX_DIGITS]
