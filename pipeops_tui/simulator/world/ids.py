"""Ids and secrets that look random and repeat exactly for a seed."""

from __future__ import annotations

import hashlib
from collections import Counter
from uuid import UUID

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_SECRET = _LETTERS + "~._-"
_USER_CODE = "BCDFGHJKLMNPQRSTVWXZ23456789"


class Ids:
    """Makes ids one kind at a time, so that what one kind makes never shifts the ids of another."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._made: Counter[str] = Counter()

    def guid(self, kind: str) -> str:
        """The next GUID of `kind` (version 4 by its bits)."""
        return str(UUID(bytes=self._bytes(kind, 16), version=4))

    def named(self, kind: str, name: str) -> str:
        """The GUID that belongs to `name`, the same on every call."""
        digest = hashlib.blake2b(f"{self._seed}/{kind}/{name}".encode(), digest_size=16).digest()
        return str(UUID(bytes=digest, version=4))

    def opaque(self, kind: str, length: int) -> str:
        """The next string of `length` letters and digits."""
        return self._text(kind, length, _LETTERS)

    def user_code(self) -> str:
        """The next device code a person types: nine characters that cannot be mistaken for one another."""
        return self._text("user code", 9, _USER_CODE)

    def secret(self) -> str:
        """The next client secret: 40 characters, three of them the hint, then a digit and `Q~`."""
        return f"{self._text('secret hint', 3, _SECRET)}8Q~{self._text('secret', 34, _SECRET)}"

    def _text(self, kind: str, length: int, alphabet: str) -> str:
        return "".join(alphabet[byte % len(alphabet)] for byte in self._bytes(kind, length))

    def _bytes(self, kind: str, count: int) -> bytes:
        self._made[kind] += 1
        salt = f"{self._seed}/{kind}#{self._made[kind]}".encode()
        return hashlib.blake2b(salt, digest_size=count).digest()
