"""PDF files of pages, tagged and readable by a screen reader; made in a process of its own, which fetches nothing."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

from engagement.core.errors import Refused

log = logging.getLogger(__name__)

STYLE = Path(__file__).parents[1] / "static" / "pdf.css"
LONGEST = 90  # seconds that somebody waits
AT_ONCE = BoundedSemaphore(2)  # of a server's process: half its threads go on answering pages
BUSY = "Other files are being made just now. Try again in a minute."
CANNOT = "This server could not make the PDF: read it on the screen, and tell your administrator."


def pdf_of(html: str) -> bytes:
    """The page as a PDF/UA-1 file. Its `<html lang>` and `<title>` become the file's own.

    It looks as `static/pdf.css` says: A4, numbered, and at the head and foot of every page the words of the page's element
    of the class `classification`. Nothing that it names is fetched. Raises Refused where no PDF could be made, or where so many
    are being made that there would be nobody left to answer pages.
    """
    if not AT_ONCE.acquire(blocking=False):
        raise Refused(BUSY)
    try:
        return _made(html)
    finally:
        AT_ONCE.release()


def _made(html: str) -> bytes:
    command = [sys.executable, "-I", str(Path(__file__).with_name("pdf_process.py")), str(STYLE)]
    try:
        done = subprocess.run(command, input=html.encode(), capture_output=True, timeout=LONGEST, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        log.error("a PDF took longer than %s seconds", LONGEST)
        raise Refused(CANNOT) from None
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF"):
        log.error("no PDF was made: %s", done.stderr.decode(errors="replace")[-400:])
        raise Refused(CANNOT)
    return done.stdout
