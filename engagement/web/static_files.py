"""Addresses of static files: one folder name for each release of them, so that browsers may keep every file for good."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"


@cache
def release() -> str:
    """What stands for the present content of all static files together (12 hexadecimal digits)."""
    digest = hashlib.sha256()
    for path in sorted(p for p in STATIC.rglob("*") if p.is_file()):
        digest.update(f"{path.relative_to(STATIC).as_posix()} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def static_folder_address() -> str:
    """Where the static files are served. Modules that import each other by relative paths stay within one release."""
    return f"/static/{release()}"


@cache
def asset(path: str) -> str:
    """The address of a static file; one that is not there is a mistake in the template."""
    if not (STATIC / path).is_file():
        raise FileNotFoundError(f"no static file {path}")
    return f"{static_folder_address()}/{path}"
