"""The map with a host of tiles, as a force sets one: the pictures are fetched from there and drawn, and the host learns nothing of the diary."""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.builders import Town, make_group
from tests.conftest import DiaryUnderTest
from tests.journeys.conftest import Browse, check_reach
from tests.shift.test_map import tiles

pytestmark = pytest.mark.journey

SIDE = 256  # pixels of a tile
Asked = list[tuple[str, str | None, str | None]]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PICTURE = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress((b"\0" + b"\xc8" * SIDE) * SIDE))
    + _chunk(b"IEND", b"")
)


@pytest.fixture
def host() -> Iterator[tuple[str, Asked]]:
    """A host of tiles on another port, and what it was asked: path, referrer, cookie."""
    asked: Asked = []

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Referer"], self.headers["Cookie"]))
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(PICTURE)))
            self.end_headers()
            self.wfile.write(PICTURE)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://localhost:{server.server_port}", asked  # by another name: a port alone is no other host to a cookie
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_ground_of_the_map_comes_from_the_host_that_is_set(
    diary: DiaryUnderTest, town: Town, browse: Browse, host: tuple[str, Asked]
) -> None:
    address, asked = host
    with diary.work() as session:
        make_group(session, town, "Stroke Club", latitude=50.8042, longitude=-1.8945)
        make_group(session, town, "Far-off Choir", latitude=50.81, longitude=-1.88)
    window = browse(town.pcso)
    with tiles(diary, address + "/{z}/{x}/{y}.png"):
        window.goto("/groups/map")
        drawn = window.locator("img.leaflet-tile-loaded")
        expect(drawn.first).to_be_visible()
        expect(drawn.first).to_have_js_property("naturalWidth", SIDE)
        expect(window.get_by_role("button", name="Stroke Club")).to_be_visible()
        check_reach(window)
    assert asked
    for path, referrer, cookie in asked:
        zoom, x, y = (int(part) for part in path.removesuffix(".png").strip("/").split("/"))
        assert 0 <= min(x, y) <= max(x, y) < 2**zoom
        assert cookie is None
        assert referrer is None
