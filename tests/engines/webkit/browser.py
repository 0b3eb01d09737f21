#!/usr/bin/python3
"""WebKitGTK as Playwright launches a browser: on a screen that nobody sees, asked by WebDriver BiDi.

Debian's own Python, since Debian's GObject bindings are built for it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))


def main() -> None:
    """`browser --profile FOLDER`, and whatever else Firefox would be told."""
    folder = Path(sys.argv[sys.argv.index("--profile") + 1])
    reading, writing = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as screen:
        try:
            os.close(writing)
            os.environ |= {"DISPLAY": ":" + os.read(reading, 20).decode().strip(), "GDK_BACKEND": "x11", "NO_AT_BRIDGE": "1"}
            from gi.repository import GLib, Gtk

            from tests.engines.webkit.commands import serve

            for number in (signal.SIGTERM, signal.SIGINT):
                GLib.unix_signal_add(GLib.PRIORITY_HIGH, number, Gtk.main_quit)
            _server, port = serve(folder)
            sys.stderr.write(f"WebDriver BiDi listening on ws://127.0.0.1:{port}\n")
            sys.stderr.flush()
            Gtk.main()
        finally:
            screen.terminate()


if __name__ == "__main__":
    main()
