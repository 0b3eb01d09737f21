"""A PDF is made of its page alone: nothing that the page names is fetched, and nothing that it says is cut off."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pypdf import PdfReader

from engagement.core.errors import Refused
from engagement.web.pdf import AT_ONCE, BUSY, pdf_of


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A web server, and the paths that it was asked for."""
    paths: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    server.server_close()
    thread.join()


def test_nothing_is_fetched_from_the_network_or_the_disk_and_nothing_runs_off_the_sheet(
    tmp_path: Path, asked: tuple[str, list[str]]
) -> None:
    here, paths = asked
    file = tmp_path / "secret.txt"
    file.write_text("zebra of the disk")
    file.with_suffix(".svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>zebra of the disk</text></svg>')
    names = "".join(
        f"""<img src="{url}.svg" alt="seen"><img src="{url}.txt" alt="seen"><object data="{url}.svg"></object><embed src="{url}.svg">
        <link rel="attachment" href="{url}.txt"><a rel="attachment" href="{url}.txt">here</a><iframe src="{url}.txt"></iframe>
        <svg xmlns="http://www.w3.org/2000/svg"><image href="{url}.svg"/><use href="{url}.svg#a"/></svg>
        <p style="background: url({url}.svg); list-style-image: url({url}.svg)">said</p>"""
        for url in (f"{here}/secret", file.with_suffix("").as_uri(), str(file.with_suffix("")))
    )
    style = f'<link rel="stylesheet" href="{here}/a.css"><style>@import url("{here}/b.css"); @font-face {{ font-family: f; src: url("{here}/f.woff") }} p {{ font-family: f }}</style>'
    long = "w" * 3000
    made = pdf_of(
        f'<!doctype html><html lang="en"><head><title>T</title>{style}</head><body><h1>Kept</h1>{names}<p>{long}</p></body></html>'
    )
    reader = PdfReader(io.BytesIO(made))
    words = "".join(page.extract_text() for page in reader.pages)
    assert paths == []
    assert "zebra" not in words
    assert b"zebra" not in made
    assert not list(reader.attachments)
    assert "Kept" in words
    assert words.count("w") == len(long)


@pytest.mark.slow
def test_files_that_are_being_made_leave_threads_for_pages() -> None:
    page = '<html lang="en"><title>A pack</title><p class="classification">OFFICIAL</p>'
    with AT_ONCE, AT_ONCE, pytest.raises(Refused, match=BUSY):
        pdf_of(page)
    for _ in range(3):  # each gives its place back, whatever became of it
        assert pdf_of(page).startswith(b"%PDF")
