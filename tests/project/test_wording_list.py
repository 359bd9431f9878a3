"""The words that the project's sentences do not use: `docs/words.md`.

They are sought in what Winnow prints, in the tables of faults and confusions,
in the tasks and in the manual. Docstrings and comments are not printed.
"""
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "docs" / "words.md"
WORDS = [word.strip() for row in re.findall(
    r"^\| (.+?) \| .+ \|$", LIST.read_text("utf-8"), re.MULTILINE)[1:]
    for word in row.split(",")]
UNWANTED = re.compile(rf"\b({'|'.join(map(re.escape, WORDS))})\b",
                      re.IGNORECASE)
# What is left behind is behind, and a stand-in is what testers call it.
ALLOWED = re.compile(r"\b(?:left|leaves?)\b[^.:]*?\bbehind\b|\bstand-ins?\b|"
                     r"\bstands?[ -](?:in )?for\b|\bstands still\b",
                     re.IGNORECASE)
PAGES = ("README.md", "TASKS.md", "ARCHITECTURE.md", "CONTRIBUTING.md",
         "SECURITY.md", "CHANGELOG.md", "docs/usage.md", "docs/exercises.md",
         "docs/own-modules.md", "docs/grading.md", "docs/grading-forms.md",
         "docs/how-it-works.md", "docs/limits.md",
         "registration/TASKS.md", "robust_client/README.md",
         "robust_client/TASKS.md", "site/README.md", "site/own.md",
         "site/progress.md",
         *sorted(f"lessons/{path.name}" for path in (ROOT / "lessons").glob(
             "*.md")))
TABLES = {"faults.toml": ("breaks", "hint"),
          "registration/faults.toml": ("breaks", "hint"),
          "robust_client/faults.toml": ("breaks", "hint"),
          "winnow/checking/confusions.toml": ("says", "title")}


def printed() -> Iterator[tuple[str, str]]:
    """Yield each string of the package that is no docstring, and its place."""
    for path in (ROOT / "winnow").rglob("*.py"):
        tree = ast.parse(path.read_bytes())
        docstrings = {
            id(node.body[0].value) for node in ast.walk(tree)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef,
                                 ast.AsyncFunctionDef))
            and node.body and isinstance(node.body[0], ast.Expr)}
        for node in ast.walk(tree):
            if (isinstance(node, ast.Constant) and isinstance(node.value, str)
                    and " " in node.value and id(node) not in docstrings):
                yield (f"{path.relative_to(ROOT)}:{node.lineno}", node.value)


def rows() -> Iterator[tuple[str, str]]:
    """Yield each sentence of the tables, and its place."""
    for name, keys in TABLES.items():
        for kind, entries in tomllib.loads(
                (ROOT / name).read_text("utf-8")).items():
            if kind in ("fault", "refactoring", "confusion"):
                for entry in entries:
                    yield from ((f"{name}: {entry['name']}", entry[key])
                                for key in keys if key in entry)


def pages() -> Iterator[tuple[str, str]]:
    """Yield each paragraph outside of code in one line, and its place."""
    for name in PAGES:
        text = re.sub(r"```.*?```|`[^`]*`", lambda found: re.sub(
            r"[^\n]", " ", found[0]), (ROOT / name).read_text("utf-8"),
            flags=re.DOTALL)
        number = 1
        for paragraph in text.split("\n\n"):
            yield f"{name}:{number}", " ".join(paragraph.split())
            number += paragraph.count("\n") + 2


def test_there_is_something_to_look_at() -> None:
    """Of each source, and in the list."""
    assert len(WORDS) > 10
    assert len([*printed()]) > 300
    assert len([*rows()]) > 300
    assert len([*pages()]) > 300


def test_no_sentence_uses_a_word_of_the_list() -> None:
    """What to write instead is beside it there."""
    found = [(place, match[0], text) for source in (printed, rows, pages)
             for place, text in source()
             if (match := UNWANTED.search(ALLOWED.sub("", text)))]

    assert found == []
