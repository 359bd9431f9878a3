"""A visitor of the site: what a person does there, and what must not happen.
"""
import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Request

# How long Python may take to load on a machine that does other things too, in
# milliseconds.
PATIENCE = 180_000
# What any host compresses.
TEXT = {".html", ".css", ".js", ".mjs", ".json", ".svg"}


class Visit:
    """One browser profile, and a page of the site in it."""

    def __init__(self, context: "BrowserContext", site: str) -> None:
        """Open a page, and listen to what it does."""
        self.site = site
        self.context = context
        self.errors: list[str] = []
        self.strangers: list[str] = []
        self.asked: list[str] = []
        context.on("console", self._hear)
        context.on("weberror",
                   lambda error: self.errors.append(str(error.error)))
        context.on("request", self._note)
        context.set_default_timeout(PATIENCE)
        # On a small machine the page keeps no second Python ready, which
        # would take as long again.
        context.add_init_script(
            "Object.defineProperty(navigator, 'deviceMemory', { value: 2 })")
        self.page = context.new_page()

    def _hear(self, message: "ConsoleMessage") -> None:
        """Note what a page complains of."""
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.text} ({message.location})")

    def _note(self, request: "Request") -> None:
        """Note who is asked."""
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss"):
            self.asked.append(request.url)
            if address.netloc != urlsplit(self.site).netloc:
                self.strangers.append(request.url)

    def assert_quiet(self) -> None:
        """No page may have complained, or asked another host."""
        assert self.errors == [], self.errors
        assert self.strangers == []

    def weight(self, built: Path) -> int:
        """Return how many bytes were fetched, where the host packs text.

        Each address counts once; what is kept for when there is no network
        counts, too.
        """
        pages = (built / "sw.js").read_text("utf-8").count(".html")
        self.page.wait_for_function(
            "async (pages) => (window.kept = (await Promise.all("
            "(await caches.keys()).map(async (name) =>"
            " (await (await caches.open(name)).keys())"
            ".map((each) => each.url)))).flat())"
            ".filter((url) => url.endsWith('.html')).length >= pages",
            arg=pages, polling=500)
        urls = {*self.asked, *self.page.evaluate("window.kept")}
        paths = {urlsplit(url).path.lstrip("/") for url in urls}
        files = [built / (path or "index.html") for path in paths]
        return sum(len(gzip.compress(path.read_bytes()))
                   if path.suffix in TEXT else path.stat().st_size
                   for path in files if path.is_file())

    def open(self, page: str = "") -> None:
        """Go to a page of the site, by its address from the top."""
        self.page.goto(self.site + page)

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def type(self, files: Mapping[str, str]) -> None:
        """Replace the text of files, as a paste does."""
        for name, text in files.items():
            self.page.get_by_role("tab", name=name, exact=True).click()
            self.page.locator(".cm-content").click()
            self.page.keyboard.press("Control+a")
            self.page.keyboard.insert_text(text)

    def shown(self) -> str:
        """Return the text in the editor, once it is there."""
        self.page.locator(".cm-line").first.wait_for()
        return "\n".join(self.page.locator(".cm-line").all_text_contents())

    def check(self) -> dict[str, Any]:
        """Press Check, wait for the report, and return its JSON."""
        self.page.locator(".winnow-far").wait_for(state="attached")
        self.page.evaluate("""() => { window.report = new Promise(
            (give) => addEventListener('winnow-report',
                (event) => give(event.detail), { once: true }));
            const far = document.querySelector('.winnow-far');
            window.numbers = [];
            new MutationObserver(() => window.numbers.push(far.textContent))
                .observe(far, { childList: true }) }""")
        self.press("Check")
        return dict(self.page.evaluate("async () => JSON.parse(await report)"))

    def numbers(self) -> list[str]:
        """Return what stood beside the bar during the last check."""
        return list(self.page.evaluate("window.numbers"))

    def status(self) -> str:
        """Return what the page says of the last thing done."""
        return self.page.locator(".winnow-status").inner_text()

    def wait_for(self, text: str) -> None:
        """Wait until the page says something."""
        self.page.locator(".winnow-status", has_text=text).wait_for()

    def download(self, button: str) -> Path:
        """Press a button that hands a file over; return the file."""
        with self.page.expect_download() as coming:
            self.press(button)
        return Path(coming.value.path())
