"""What Sphinx makes the site of: this repository's pages, where they are.

The source folder is the repository itself, so no page has a copy, and links
between pages are right here as they are on GitHub.
"""
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

project = "Winnow"
author = "the authors of Winnow"
html_title = "Winnow"
root_doc = "site/contents"
include_patterns = [
    "*.md", "docs/*.md", "lessons/*.md", "registration/*.md",
    "robust_client/*.md", "site/*.md", "benchmarks/*.md",
    "tests/data/README.md"]
exclude_patterns = [
    ".*", "build", "examples", "winnow", "tests/[!d]*",
    "site/built", "site/dist", "site/node_modules"]
# Sphinx's own name. A book has no script, and looks as its reader likes.
is_book = tags.has("book")  # type: ignore[name-defined]  # noqa: F821
if is_book:
    exclude_patterns += ["site/[!c]*"]

extensions = ["myst_parser", "winnow_site"]
# Anchors as GitHub makes them: the links to headings are written for those.
myst_heading_anchors = 4
html_theme = "furo"
html_static_path = [] if is_book else ["built/static"]
templates_path = ["templates"]
html_favicon = "src/favicon.svg"
html_css_files = [] if is_book else ["site.css"]
html_js_files = [] if is_book else [("site.js", {"type": "module"})]
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#17653a", "color-brand-content": "#1d5fa8",
        "font-stack": "system-ui, 'Segoe UI', Roboto, sans-serif",
        "font-stack--monospace": "ui-monospace, Consolas, monospace"},
    "dark_css_variables": {
        "color-brand-primary": "#8fdba8", "color-brand-content": "#86b8f2"},
    "top_of_page_buttons": [],
}
html_copy_source = False
epub_title = "Winnow: the course and the manual"
epub_copyright = author
epub_show_urls = "no"
epub_tocdepth = 2
epub_use_index = False
version = release = next(
    line.split('"')[1] for line in (HERE.parent / "pyproject.toml").read_text(
        "utf-8").splitlines() if line.startswith("version"))
html_show_sourcelink = False
html_show_copyright = False
# Blocks of a shell session, of output and of no language are text.
highlight_language = "text"
