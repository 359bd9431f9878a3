"""What stands on a page of the course: blocks, links, names, headings.

A comment such as `<!-- reader only: it needs a browser -->` right above a
block is a mark: it says what is to be done with that block. See AUTHORS.md.
"""
from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = Path(__file__).resolve().parent.parent
ROOT = FOLDER.parent
# What is executed, what must parse, and what only shows something.
EXECUTED = ("python", "console", "sh")
LANGUAGES = (*EXECUTED, "text", "toml", "json", "yaml", "sql", "diff",
             "markdown", "mermaid")
MARKS = ("reader only", "in the project", "start", "wrong try", "solution")
# What is said of the page as a whole, and so above no block.
OF_PAGE = ("needs",)
LONGEST = 79
_MARK = re.compile(r"<!--\s*([a-z ]+?)\s*(?::\s*(.*?))?\s*-->", re.DOTALL)
_FILE = re.compile(r"# ([\w/.-]+\.(py|ya?ml|toml))")
_ENDINGS = {"py": "python", "yaml": "yaml", "yml": "yaml", "toml": "toml"}


@dataclass(frozen=True, order=True)
class Finding:
    """What is wrong on a page, and in which line, counted from 1."""

    page: str
    line: int
    text: str

    def __str__(self) -> str:
        """Name the place first, as compilers do."""
        return f"{self.page}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Block:
    """A block of code: its language, its text and the marks above it.

    `line` is that of its first line of code.
    """

    line: int
    language: str
    code: str
    marks: dict[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> str | None:
        """Why the block is for the reader alone; None if it is executed."""
        return self.marks.get("reader only")

    @property
    def file(self) -> str | None:
        """The name in the first line, under which the block is saved."""
        found = _FILE.fullmatch(self.code.partition("\n")[0].rstrip())
        if found is None or self.language != _ENDINGS[found[2]]:
            return None
        return found[1]

    @property
    def runner(self) -> str | None:
        """What runs the tests that the block defines, if it defines any."""
        try:
            tree = ast.parse(self.code)
        except SyntaxError:
            return None
        runners = {_runner_of(node) for node in tree.body}
        return next((each for each in ("pytest", "unittest")
                     if each in runners), None)


@dataclass(frozen=True)
class Page:
    """A page, and what is wrong with its form.

    `names` and `links` come with their lines; `anchors` are those that a code
    host gives to the headings.
    """

    name: str
    path: Path
    blocks: tuple[Block, ...]
    names: tuple[tuple[int, str], ...]
    links: tuple[tuple[int, str], ...]
    anchors: frozenset[str]
    findings: tuple[Finding, ...]

    def finding(self, line: int, text: str) -> Finding:
        """Return a finding on this page."""
        return Finding(self.name, line, text)


def table(text: str) -> dict[str, Any]:
    """Return what a text in TOML says; a `ValueError` if it is none."""
    return tomllib.loads(text)


def lessons(folder: Path = FOLDER) -> list[Path]:
    """Return the files of the pages, the lessons in their order."""
    return sorted(folder.glob("*.md"))


def read(path: Path) -> Page:
    """Read a page, and find what is wrong with its form."""
    text = path.read_text("utf-8")
    name = path.name
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    findings = [Finding(name, line, said)
                for line, said in _form(tokens, text.splitlines())]
    return Page(
        name, path, tuple(_blocks(tokens)),
        tuple((line, each.content) for line, each in _inline(tokens)
              if each.type == "code_inline"),
        tuple((line, str(each.attrs.get("href") or each.attrs.get("src")))
              for line, each in _inline(tokens)
              if each.type in ("link_open", "image")),
        frozenset(_anchors(tokens)), tuple(findings))


def _runner_of(node: ast.stmt) -> str | None:
    """Return what runs a definition as a test; None if nothing does."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return "pytest" if node.name.startswith("test") else None
    if not isinstance(node, ast.ClassDef):
        return None
    if any("TestCase" in ast.unparse(base) for base in node.bases):
        return "unittest"
    return "pytest" if node.name.startswith("Test") else None


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    """Yield the fenced blocks, each with the marks right above it."""
    marks: dict[str, str] = {}
    for token in tokens:
        if token.type == "html_block":
            marks.update((kind, why or "") for kind, why in
                         _MARK.findall(token.content))
        elif token.type == "fence":
            assert token.map
            yield Block(token.map[0] + 2, token.info.strip(), token.content,
                        marks)
            marks = {}
        else:
            marks = {}


def _inline(tokens: list[Token]) -> Iterator[tuple[int, Token]]:
    """Yield the parts of the running text, each with its line."""
    for token in tokens:
        if token.type == "inline":
            assert token.map
            line = token.map[0] + 1
            for part in token.children or []:
                yield line, part
                line += part.type in ("softbreak", "hardbreak")


def _anchors(tokens: list[Token]) -> Iterator[str]:
    """Yield the anchors of the headings, by the rule of GitHub's pages."""
    taken: dict[str, int] = {}
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            words = "".join(part.content for part in
                            tokens[place + 1].children or [])
            anchor = anchor_of(words)
            count = taken.get(anchor, 0)
            taken[anchor] = count + 1
            yield f"{anchor}-{count}" if count else anchor


def anchor_of(heading: str) -> str:
    """Return the anchor of a heading, by the rule of GitHub's pages."""
    words = heading.replace("`", "").lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def _form(tokens: list[Token], lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with a page's form, and in which line."""
    opened = 0
    for place, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else 0
        if token.type == "fence":
            yield from _fence(token, line, lines)
        elif token.type == "code_block":
            yield line, "code that is only indented: put it in a fence"
        elif token.type == "html_block":
            opened += (token.content.count("<details>")
                       - token.content.count("</details>"))
            yield from _html(token, line, [
                each.type for each in tokens[place + 1:]
                if each.type != "html_block"][:1] == ["fence"])
    if opened:
        yield len(lines), "<details> and </details> are not in pairs"
    for number, text in enumerate(lines, 1):
        if text != text.rstrip():
            yield number, "white space at the end of the line"


def _fence(token: Token, line: int, lines: list[str]
           ) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with a fenced block."""
    assert token.map
    if (lines[token.map[1] - 1].strip() != token.markup
            or token.map[1] - token.map[0] < 2):
        yield line, "a block that is never closed"
    language = token.info.strip()
    if language not in LANGUAGES:
        yield line, (f"the language {language!r} is unknown: one of "
                     f"{', '.join(LANGUAGES)}")
    for number, text in enumerate(token.content.splitlines(), line + 1):
        if len(text) > LONGEST:
            yield number, f"a line of {len(text)} columns, not {LONGEST}"


def _html(token: Token, line: int, is_above_a_fence: bool
          ) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with a piece of HTML: a mark, or a fold."""
    if "```" in token.content:
        yield line, ("a block within HTML is not seen as one: leave a line "
                     "empty above it")
    for kind, why in _MARK.findall(token.content):
        if kind in OF_PAGE:
            continue
        if kind not in MARKS:
            yield line, f"the mark {kind!r} is unknown: {', '.join(MARKS)}"
        elif not is_above_a_fence:
            yield line, f"the mark {kind!r} stands above no block"
        elif kind == "reader only" and not why:
            yield line, "no reason is given why the block is not executed"
    if not _MARK.search(token.content) and "<!--" in token.content:
        yield line, "a comment that is no mark"
