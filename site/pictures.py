"""Takes pictures of the built site, in `site/built/pictures`, to look at.

The front page, a lesson and a report: light, dark, and at a phone's width.
"""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from playwright.sync_api import sync_playwright  # noqa: E402

from tests.site.serving import chromium, served  # noqa: E402

LESSON = "lessons/07_patch_where_it_is_looked_up.html"
WAYS = {"light": ("light", 1280, 800), "dark": ("dark", 1280, 800),
        "phone": ("light", 390, 844)}


def main() -> None:
    """Take the pictures, three of each way."""
    folder = HERE / "built" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with served(HERE / "dist") as site, sync_playwright() as play, (
            chromium(play)) as browser:
        for name, (scheme, width, height) in WAYS.items():
            page = browser.new_page(
                color_scheme=scheme,
                viewport={"width": width, "height": height})
            page.set_default_timeout(180_000)
            page.goto(site)
            page.locator(".cm-content").wait_for()
            page.screenshot(path=folder / f"front-{name}.png")
            page.goto(site + LESSON)
            page.locator("pre.mermaid[data-processed] svg").wait_for()
            page.screenshot(path=folder / f"lesson-{name}.png")
            page.get_by_role("button", name="Check", exact=True).click()
            page.frame_locator("iframe").locator("h1").wait_for()
            page.locator("winnow-exercise").evaluate(
                "(its) => its.scrollIntoView()")
            page.wait_for_timeout(300)
            page.screenshot(path=folder / f"report-{name}.png")
            page.close()
    print(f"The pictures are in {folder}.")


if __name__ == "__main__":
    main()
