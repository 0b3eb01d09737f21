"""Makes a tagged PDF (PDF/UA-1) of an HTML page: run as a process of its own, page on standard input, file on standard output."""

from __future__ import annotations

import logging
import resource
import sys
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher

MOST_MEMORY = 1024 * 1024 * 1024  # bytes of address space
MOST_SECONDS = 60
NOTHING = URLFetcher(allowed_protocols=())  # a page that is printed brings all it needs: what it names elsewhere is left out


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    page = HTML(string=sys.stdin.buffer.read().decode("utf-8"), url_fetcher=NOTHING)
    style = CSS(string=Path(sys.argv[1]).read_text(encoding="utf-8"), url_fetcher=NOTHING)
    sys.stdout.buffer.write(page.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1"))


if __name__ == "__main__":
    _main()
