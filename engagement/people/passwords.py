"""Passwords: made into argon2id hashes and compared with them. Slow on purpose, so never inside a write transaction."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)


def hash_password(password: str) -> str:
    """The argon2id hash that is stored of a password (19 MiB, 2 rounds)."""
    return _HASHER.hash(password)


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hash_password("nobody has this password")


def password_fits(stored: str | None, typed: str) -> bool:
    """Whether a typed password fits the stored hash. Takes as long for an account that is not there."""
    try:
        _HASHER.verify(stored or _nobody(), typed)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
