"""The pages as a book: answers stand at a page's end, with links there and
back, since few readers of books can fold.
"""
import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.epub3 import Epub3Builder
from sphinx.transforms import SphinxTransform

_OPEN = re.compile(r"\s*<details>\s*<summary>(.*?)</summary>\s*$", re.S)
_TAG = re.compile(r"<[^>]*>")
# Pages on the site, and of it, as the contents name them.
_OF_THE_SITE = ("/site/progress", "Your suites of the first exercise <suites>",
                "Your own tests and modules <own>", "/site/README")


class Book(Epub3Builder):
    """An EPUB whose contents are not at the top of the source folder."""

    name = "book"

    def toc_add_files(self, refnodes: list[dict[str, Any]]) -> None:
        """Name each page as it is named elsewhere in the book.

        Sphinx has `../README.xhtml` here, which no reader finds.
        """
        for each in refnodes:
            each["refuri"] = each["refuri"].rpartition("../")[2]
        super().toc_add_files(refnodes)


class AnswersLast(SphinxTransform):
    """Moves what a page folds to its end, under a heading of its own."""

    default_priority = 9  # After the marks have gone.

    def apply(self, **kwargs: Any) -> None:
        """Change one page."""
        answers: list[nodes.Node] = []
        for start in [*self.document.findall(is_start)]:
            number = len(answers) + 1
            summary = summary_of(start)
            answers.append(nodes.section(
                "", nodes.title("", summary), *folded(start),
                link("Back to the question", f"question-{number}"),
                ids=[f"answer-{number}"]))
            asked = link(f"{summary}: at the end of this page",
                         f"answer-{number}")
            asked["ids"].append(f"question-{number}")
            start.replace_self(asked)
        if answers:
            page = next(iter(self.document.findall(nodes.section)))
            page.append(nodes.section("", nodes.title("", "Answers"),
                                      *answers, ids=["answers"]))


def link(text: str, to: str) -> nodes.paragraph:
    """Return a paragraph that leads to a place on the same page."""
    return nodes.paragraph("", "", nodes.reference(
        "", text, refid=to, internal=True))


def is_start(node: nodes.Node) -> bool:
    """Tell whether a node begins what is folded."""
    return isinstance(node, nodes.raw) and bool(_OPEN.match(node.astext()))


def summary_of(start: nodes.Node) -> str:
    """Return what stands where something is folded."""
    found = _OPEN.match(start.astext())
    assert found
    return _TAG.sub("", found[1])


def folded(start: nodes.Node) -> list[nodes.Node]:
    """Take what is folded out of a page; return it without its end."""
    parent = start.parent
    taken: list[nodes.Node] = []
    depth = 1
    while True:
        node = parent[parent.index(start) + 1]
        parent.remove(node)
        text = node.astext() if isinstance(node, nodes.raw) else ""
        depth += text.count("<details") - text.count("</details")
        if depth < 1:
            return taken
        taken.append(node)


def without_the_site(app: Sphinx, docname: str, source: list[str]) -> None:
    """Take out of the contents what is of use on the site alone."""
    if docname == app.config.root_doc:
        for line in _OF_THE_SITE:
            assert f"\n{line}\n" in source[0], line
            source[0] = source[0].replace(f"\n{line}\n", "\n")


def setup(app: Sphinx) -> None:
    """Add what changes for a book."""
    app.add_builder(Book)
    if app.tags.has("book"):
        app.connect("source-read", without_the_site)
        app.add_transform(AnswersLast)
