"""Every page of the site: it loads, asks no other host, can be read by all.

- no page logs an error, or has anything fetched from elsewhere
- a link within the site leads to a page that is there
- what is folded is folded, and open in print; without JavaScript all is there
- axe-core finds nothing on five pages, in light and in dark
"""
import json
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tests.site.conftest import DIST, ROOT
from tests.site.serving import served
from tests.site.visit import Visit
from winnow.course.pages import lessons

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGES = sorted(path.relative_to(DIST).as_posix()
               for path in DIST.rglob("*.html"))
FIVE = ("index.html", "lessons/07_patch_where_it_is_looked_up.html",
        "site/own.html", "site/progress.html", "docs/usage.html")
AXE = ROOT / "site" / "node_modules" / "axe-core" / "axe.min.js"


class Links(HTMLParser):
    """Gathers a page's links and anchors."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str,
                        attrs: list[tuple[str, str | None]]) -> None:
        """Note where a link goes, and what can be gone to."""
        for key, value in attrs:
            if key in ("href", "src") and value:
                self.links.append(value)
            if key == "id" and value:
                self.anchors.add(value)


def test_every_page_is_there() -> None:
    """Each lesson, the manual, and what the sidebar leads to."""
    assert {f"lessons/{each.path.stem}.html" for each in lessons()} <= {*PAGES}
    assert {*FIVE, "README.html", "lessons/glossary.html", "search.html",
            "lessons/interview.html", "registration/TASKS.html"} <= {*PAGES}


def test_links_within_the_site_lead_somewhere() -> None:
    """To a page that is there, and to a place on it."""
    read = {page: Links((DIST / page).read_text("utf-8")) for page in PAGES}
    broken = []
    for page, found in read.items():
        for link in found.links:
            target = urlsplit(urljoin(f"site:///{page}", link))
            if target.scheme != "site":
                continue
            path = unquote(target.path).lstrip("/")
            if not (DIST / path).is_file() or (
                    target.fragment and path in read
                    and unquote(target.fragment) not in read[path].anchors):
                broken.append((page, link))

    assert len(read) > 60
    assert broken == []


@pytest.mark.parametrize("part", [
    "lessons", pytest.param("the rest", marks=pytest.mark.soak)])
def test_every_page_loads_in_peace(part: str, visit: Visit) -> None:
    """Nothing is logged, and no other host is asked: see `visit`."""
    for page in PAGES:
        if page.startswith("lessons/") == (part == "lessons"):
            visit.page.goto(visit.site + page, wait_until="load")
            assert visit.page.title(), page


def test_answers_are_folded_and_open_in_print(visit: Visit) -> None:
    """As the lesson's page has them."""
    visit.open(FIVE[1])
    folds = visit.page.locator("article details")
    count = folds.count()

    assert count > 5
    assert visit.page.locator("article details[open]").count() == 0
    visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert visit.page.locator("article details[open]").count() == count


def test_a_page_can_be_read_without_javascript(
        visit: Visit) -> None:
    """The files to begin with are there, as text; so is the way on."""
    browser = visit.context.browser
    assert browser
    with browser.new_context(java_script_enabled=False) as plain:
        page = plain.new_page()
        page.goto(visit.site + FIVE[1])

        assert "class TestGithubOrgClient" in page.locator(
            "winnow-exercise").inner_text()
        assert page.locator("a.next-page").count() == 1


@pytest.mark.parametrize(("page", "scheme"), [
    pytest.param(page, scheme, marks=[] if (number % 2 == 0) == (
        scheme == "dark") else pytest.mark.soak)
    for number, page in enumerate(FIVE) for scheme in ("light", "dark")])
def test_axe_finds_nothing(page: str, scheme: str, visit: Visit) -> None:
    """Names, contrast, order: what a program can tell of accessibility."""
    visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    visit.open(page)
    if page in FIVE[:3]:
        visit.page.locator(".cm-content").wait_for()
    visit.page.evaluate(AXE.read_text("utf-8"))
    found = visit.page.evaluate(
        "async () => (await axe.run()).violations.map((each) => [each.id, "
        "each.nodes.map((node) => node.html.slice(0, 200))])")

    assert found == [], json.dumps(found, indent=1)


def test_a_new_build_shows_at_once(
        browser: "Browser", tmp_path: Path) -> None:
    """Though the service worker of an old one is there; offline, too."""
    copy = Path(shutil.copytree(DIST, tmp_path / "dist"))
    with served(copy) as site, browser.new_context() as context:
        visit = Visit(context, site)
        visit.open("site/progress.html")
        visit.page.evaluate("navigator.serviceWorker.ready")
        visit.page.reload()
        for name in ("site/progress.html", "sw.js"):
            path = copy / name
            path.write_text(path.read_text("utf-8").replace(
                "Your progress", "Your way").replace("BUILD=\"", "BUILD=\"n"),
                encoding="utf-8")

        visit.open("site/progress.html")
        assert visit.page.locator("h1").inner_text().startswith("Your way")

        context.set_offline(True)
        visit.open("site/progress.html")
        assert visit.page.locator("h1").inner_text().startswith("Your way")
        visit.assert_quiet()


def test_each_diagram_of_a_lesson_is_on_its_page() -> None:
    """As its text, which a script draws."""
    for lesson in lessons():
        page = (DIST / f"lessons/{lesson.path.stem}.html").read_text("utf-8")
        assert page.count('<pre class="mermaid">') == lesson.text.count(
            "\n```mermaid\n"), lesson.name


def test_a_diagram_is_drawn(visit: Visit) -> None:
    """From what is in the site."""
    page = "site/progress.html"
    text = (DIST / page).read_text("utf-8").replace(
        "<h1>", '<pre class="mermaid">graph LR; test --&gt; code</pre><h1>')
    visit.page.route(f"**/{page}", lambda route: route.fulfill(
        body=text, content_type="text/html"))
    visit.open(page)

    visit.page.locator("pre.mermaid svg").wait_for()
    assert "test" in visit.page.locator("pre.mermaid svg").inner_html()
