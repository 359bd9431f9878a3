"""What makes a page good to read: diagrams, and no marks of the course's own.
"""
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform


class Diagrams(SphinxTransform):
    """Leaves the text of a diagram in the page, which a script draws.

    Not sphinxcontrib-mermaid: it loads its script, of 3 MB, in pages without
    a diagram too.
    """

    default_priority = 6

    def apply(self, **kwargs: Any) -> None:
        """Change the blocks of one page."""
        for node in [*self.document.findall(nodes.literal_block)]:
            if node.get("language") == "mermaid":
                node.replace_self(raw(
                    f'<pre class="mermaid">{escape(node.astext())}</pre>'))


class Marks(SphinxTransform):
    """Takes out the comments by which the course's tests know a block."""

    default_priority = 8  # After the exercises, which begin at such a mark.

    def apply(self, **kwargs: Any) -> None:
        """Change one page."""
        for node in [*self.document.findall(is_mark)]:
            node.parent.remove(node)


def is_mark(node: nodes.Node) -> bool:
    """Tell whether a node is a comment of HTML and nothing else."""
    if isinstance(node, nodes.comment):
        return True
    text = node.astext().strip() if isinstance(node, nodes.raw) else ""
    return text.startswith("<!--") and text.endswith("-->")


def raw(text: str) -> nodes.raw:
    """Return HTML as a part of a page."""
    return nodes.raw("", text, format="html")


# What axe-core misses in Furo's pages, and what it should be.
NAMED = {
    '<aside class="sidebar-drawer">':
        '<aside class="sidebar-drawer" aria-label="All pages">',
    '<aside class="toc-drawer':
        '<aside aria-label="On this page" class="toc-drawer',
    'class="caption" role="heading">':
        'class="caption" role="heading" aria-level="2">'}


def name_parts(app: Sphinx, error: Exception | None) -> None:
    """Give names to the parts of every page, for screen readers."""
    if error:
        return
    for path in Path(app.outdir).rglob("*.html"):
        text = path.read_text("utf-8")
        for old, new in NAMED.items():
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Add both changes of a page, and the names of its parts."""
    app.connect("build-finished", name_parts)
    app.add_transform(Diagrams)
    app.add_transform(Marks)
