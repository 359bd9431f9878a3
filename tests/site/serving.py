"""The built site on loopback, and Debian's Chromium: nothing is downloaded."""
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright


class Quiet(SimpleHTTPRequestHandler):
    """Serves files as `python -m http.server` does, and says nothing."""

    def log_message(self, *_: Any) -> None:
        """Say nothing of a request."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder; give its address."""
    assert (folder / "index.html").is_file(), "make site builds it first"
    with ThreadingHTTPServer(
            ("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@contextmanager
def chromium(play: "Playwright") -> Iterator["Browser"]:
    """Start a browser without a window."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "the site is tried in Chromium: install it first"
    browser = play.chromium.launch(
        executable_path=program, args=["--no-sandbox"])  # Root may not use it.
    yield browser
    browser.close()
