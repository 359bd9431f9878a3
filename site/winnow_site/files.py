"""Files of the repository that pages link to: each is a page of the site, too.

So a link leads to what was built, on any host, and without a network.
"""
import os
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from pygments.lexers import guess_lexer_for_filename
from pygments.util import ClassNotFound
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

# Where the pages of files are, beside the pages that are written.
FOLDER = "files"
# What is in no folder that a reader should see.
HIDDEN = {"__pycache__", "__init__.py"}


class LinkedFiles(SphinxTransform):
    """Points links to files and folders at the pages made of them."""

    # Before Sphinx collects what is to be downloaded.
    default_priority = 5

    def apply(self, **kwargs: Any) -> None:
        """Change the links of one page."""
        top = Path(self.app.srcdir)
        docname = self.env.docname
        for node in [*self.document.findall(is_link)]:
            target, _, anchor = node["reftarget"].partition("#")
            is_left_out = (node.get("refdomain") == "doc"
                           and target not in self.env.found_docs)
            path = Path(os.path.normpath(
                top / Path(docname).parent / target.lstrip("/")
                if not target.startswith("/") else top / target.lstrip("/")))
            if is_left_out:
                # Of the site, and so not in the book.
                node.replace_self([*node.children])
                continue
            if not target or not path.exists() or path == top:
                continue
            if (path / "README.md").exists():
                path /= "README.md"
            inside = path.relative_to(top).as_posix()
            if inside.removesuffix(".md") in self.env.found_docs:
                if Path(top / docname).parent / target == path:
                    continue  # MyST has it right.
                uri = (inside.removesuffix(".md")
                       + self.app.builder.out_suffix)
            elif self.app.tags.has("book"):
                # A book has the pages alone, and no place to lead to.
                node.replace_self([*node.children])
                continue
            else:
                self.app.linked_files.add(inside)
                uri = page_of(path, top) + ".html"
            node.replace_self(nodes.reference(
                "", "", *node.children, internal=True,
                refuri=os.path.relpath(uri, Path(docname).parent)
                + (anchor and f"#{anchor}")))


def is_link(node: nodes.Node) -> bool:
    """Tell whether a node is a link that Sphinx is to resolve."""
    return isinstance(node, (addnodes.pending_xref,
                             addnodes.download_reference)) and (
        "reftarget" in node)


def page_of(path: Path, top: Path) -> str:
    """Return the name of the page of a file or a folder."""
    inside = path.relative_to(top).as_posix()
    return f"{FOLDER}/{inside}" + ("/index" if path.is_dir() else "")


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the pages of all files that are linked to, and those in folders.
    """
    top = Path(app.srcdir)
    wanted, done = sorted(app.linked_files), set[str]()
    while wanted:
        name = wanted.pop()
        if name in done:
            continue
        done.add(name)
        path = top / name
        if path.is_dir():
            below = [each for each in sorted(path.iterdir())
                     if each.name not in HIDDEN
                     and not each.name.startswith(".")]
            wanted += [each.relative_to(top).as_posix() for each in below]
            body = "<ul>{}</ul>".format("".join(
                f'<li><a href="{escape(each.name)}'
                f'{"/index" if each.is_dir() else ""}.html">'
                f"{escape(each.name)}</a></li>" for each in below))
        else:
            body = highlighted(app, path)
        yield page_of(path, top), {
            "title": name, "body": f"<h1><code>{escape(name)}</code></h1>"
            + body}, "page.html"


def highlighted(app: Sphinx, path: Path) -> str:
    """Return the text of a file in colours."""
    text = path.read_text("utf-8")
    try:
        language = guess_lexer_for_filename(path.name, "").aliases[0]
    except (ClassNotFound, IndexError):
        language = "text"
    block: str = app.builder.highlighter.highlight_block(text, language)
    return block


def setup(app: Sphinx) -> None:
    """Point links at pages, and make those pages."""
    app.linked_files = set()
    app.add_transform(LinkedFiles)
    app.connect("html-collect-pages", pages)
