"""What a token says about itself is read without an exception, whatever the token is."""

from __future__ import annotations

import base64
import json

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeops_tui.azure.tokens import token_claims

_DEEP = "[" * 100_000


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_claims_are_read_without_the_key_and_after_the_expiry() -> None:
    claims = {"tid": "3f0d6f0e", "exp": 1, "nbf": 99_999_999_999, "aud": "https://management.azure.com"}
    assert token_claims(jwt.encode(claims, "a key of thirty-two bytes or more", algorithm="HS256")) == claims


@pytest.mark.parametrize("payload", ["", "null", "[]", "5", "{", '{"tid": ', _DEEP, "\ud7ff"])
def test_a_payload_that_is_no_object_says_nothing(payload: str) -> None:
    header = _encoded(json.dumps({"alg": "RS256", "typ": "JWT"}))
    assert token_claims(f"{header}.{_encoded(payload)}.c2ln") == {}


@given(token=st.text() | st.from_regex(r"[\w-]*\.[\w-]*\.[\w-]*") | st.just("opaque"))
def test_what_is_no_token_says_nothing(token: str) -> None:
    assert token_claims(token) == {}
