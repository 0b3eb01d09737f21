"""PDF files of pages, tagged and readable by a screen reader; made in a process of its own, which fetches nothing."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

from engagement.core.errors import Refused

log = logging.getLogger(__name__)

STYLE = Path(__file__).parents[1] / "static" / "pdf.css"
LONGEST = 90  # seconds that somebody waits
CANNOT = "This server could not make the PDF: read it on the screen, and tell your administrator."


def pdf_of(html: str) -> bytes:
    """The page as a PDF/UA-1 file. Its `<html lang>` and `<title>` become the file's own.

    It looks as `static/pdf.css` says: A4, numbered, and at the head and foot of every page the words of the page's element
    of the class `classification`. Nothing that it names is fetched. Raises Refused where no PDF could be made.
    """
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
