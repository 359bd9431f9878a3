"""One fault in full: its difference, its witness on both, and its hint."""
from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches, unified_diff
from itertools import groupby
from pathlib import Path
from textwrap import dedent, indent

from winnow.model.errors import CannotDo
from winnow.model.exercise import Edit, Exercise, Fault, Mutant, Refactoring
from winnow.reports.terminal import ASCII, Style
from winnow.subjects.faults_toml import TABLE, bundled, load, named
from winnow.subjects.requirements import why_missing
from winnow.subjects.witness_process import results

# What a value may take of the screen, in characters.
LONGEST = 240
# Lines of the module around what an edit changes.
AROUND = 3
_CAUGHT_AT = {
    "unit": "A unit test can catch it.",
    "integration": "It takes an integration test at least: one in which the "
                   "modules really call one another.",
    "contract": "It takes a contract test at least: one that holds what is "
                "exchanged against what both sides agreed on.",
    "end-to-end": "It takes an end-to-end test: one of the whole, as it is "
                  "used.",
}


_TWO = (("right", "good"), ("faulty", "bad"))
_VERBS = {"value": "gives ", "raises": "raises ", "fails": ""}


class NothingToExplain(CannotDo):
    """Why there is no such fault, in one sentence."""


@dataclass(frozen=True)
class Entry:
    """An edit, with the file and the text that it changes.

    A made fault is of no exercise.
    """

    edit: Edit
    file: str
    source: str
    exercise: Exercise | None = None

    @property
    def kind(self) -> str:
        """The level of a fault; of others that they are made, or correct."""
        if isinstance(self.edit, Fault):
            return self.edit.level
        return "made" if isinstance(self.edit, Mutant) else "refactoring"

    @property
    def does(self) -> str:
        """What a fault breaks, or a refactoring keeps."""
        if isinstance(self.edit, Refactoring):
            return self.edit.keeps
        assert isinstance(self.edit, (Fault, Mutant))
        return self.edit.breaks

    @property
    def line(self) -> int:
        """The number of the first line that differs."""
        return self.edit.line_in(self.source)


def explain(name: str | None, wanted: str | None, modules: Sequence[Path],
            style: Style) -> tuple[str, bool]:
    """Return what there is to say of a fault, and whether it is sound.

    Without a name, that is a list of them all. They are those of the exercise
    `wanted`, a name or a folder, or of all that come along; or those made
    for modules. A witness that shows no difference is not sound. Raises
    `NothingToExplain`.
    """
    entries = list(made_in(modules) if modules else _of_exercises(wanted))
    if name is None:
        lines, is_sound = list(_all_of(entries, style)), True
    else:
        entry = found(name, entries, bool(modules))
        shown = list(_witness(entry, style))
        is_sound = not any(mark for mark, _ in shown)
        lines = [*_head(entry, style), *_difference(entry, style),
                 *(line for _, line in shown), *_advice(entry, style)]
    text = "\n".join(lines) + "\n"
    return text.translate(ASCII) if style.ascii else text, is_sound


def _of_exercises(wanted: str | None) -> Iterator[Entry]:
    """Yield the entries of one exercise, or of all that come along."""
    for exercise in ([named(wanted)] if wanted is not None
                     else map(load, bundled().values())):
        for edit in (*exercise.faults, *exercise.refactorings):
            yield Entry(edit, exercise.file_of(edit.module),
                        exercise.sources[edit.module], exercise)


def made_in(modules: Sequence[Path]) -> Iterator[Entry]:
    """Yield the faults that are made for modules, or those of packages."""
    from winnow.subjects import module_text
    from winnow.subjects.packages import expanded
    for module in module_text.readable(expanded(modules)).files:
        source, faults = module_text.made_in(module)
        for fault in faults:
            yield Entry(fault, str(module), source)


def found(name: str, entries: Sequence[Entry], is_made: bool) -> Entry:
    """Return the entry of a name, or say which names are near."""
    # A report puts the packages of a module of one's own before it.
    called = [entry for entry in entries if name == entry.edit.name or (
        entry.exercise is None and name.endswith(f".{entry.edit.name}"))]
    if len(called) > 1:
        # Of two modules of one name, the packages are those of the path.
        likeness = {entry: _likeness(name, entry) for entry in called}
        most = max(likeness.values())
        called = [entry for entry in called if likeness[entry] == most]
    if len(called) > 1 and is_made:
        raise NothingToExplain(
            f"{' and '.join(each.file for each in called)} each have a fault "
            f"{name}: name one of them with --module.")
    if called:
        return called[0]
    if ":" in name and not is_made:
        raise NothingToExplain(
            f"{name} is a fault that is made: name its file too, as in "
            f"winnow explain {name} --module FILE.")
    near = get_close_matches(name, [each.edit.name for each in entries], n=3)
    files = {entry.file for entry in entries} if is_made else set()
    of = "".join(f" --module {file}" for file in files if len(files) == 1)
    advice = (f"Did you mean {' or '.join(near)}?" if near
              else f"Without a name, winnow explain{of} lists them all.")
    raise NothingToExplain(f"There is no fault {name}. {advice}")


def _likeness(name: str, entry: Entry) -> int:
    """Return how many packages of a name are the folders of an entry's file.
    """
    packages = name.removesuffix(entry.edit.name).strip(".").split(".")
    parts = Path(entry.file).with_suffix("").parts
    above = parts[:-2] if parts[-1] == "__init__" else parts[:-1]
    return len([*itertools.takewhile(
        lambda pair: pair[0] == pair[1],
        zip(reversed(packages), reversed(above)))])


def _all_of(entries: Sequence[Entry], style: Style) -> Iterator[str]:
    """Yield every name with what it does, by exercise, file and level."""
    for title, of_one in groupby(
            entries, lambda each: each.exercise and each.exercise.title):
        if title:
            yield style.paint("strong", title)
            yield ""
        parts: dict[tuple[str, str], list[Entry]] = {}
        for entry in of_one:
            parts.setdefault((entry.file, entry.kind), []).append(entry)
        for file, kind in sorted(parts, key=lambda part: (
                part[1] == "refactoring", part[0] != entries[0].file)):
            yield style.paint("strong", f"{file} · {kind}")
            for entry in parts[file, kind]:
                yield f"  {entry.edit.name}"
                yield _filled(style, entry.does, 6)
            yield ""
    yield "winnow explain NAME tells more of one."


def _head(entry: Entry, style: Style) -> Iterator[str]:
    """Yield the name of an entry, where it stands, and what it does."""
    place = f"{entry.file}, line {entry.line}"
    yield style.paint("strong", f"{entry.edit.name} · {entry.kind} · {place}")
    yield ""
    if entry.kind == "refactoring":
        yield _filled(style, f"It is correct, and keeps this: {entry.does}")
    else:
        yield _filled(style, entry.does)
    if doubt := getattr(entry.edit, "doubt", None):
        yield _filled(
            style, f"It may be equivalent: {doubt[0].lower()}{doubt[1:]}")


def _difference(entry: Entry, style: Style) -> Iterator[str]:
    """Yield the lines that change, and those around them."""
    colours = {"-": "bad", "+": "good", "@": "quiet"}
    changes = unified_diff(
        entry.source.splitlines(),
        entry.edit.applied_to(entry.source).splitlines(),
        lineterm="", n=AROUND)
    yield ""
    for line in [*changes][2:]:
        colour = colours.get(line[0])
        yield f"  {style.paint(colour, line) if colour else line}".rstrip()


def _witness(entry: Entry, style: Style) -> Iterator[tuple[bool, str]]:
    """Yield what comes of the witness, and whether a line tells of trouble."""
    if not (entry.exercise and isinstance(entry.edit, Fault)):
        return
    lines = in_steps(entry.edit.witness.strip())
    yield False, ("\nThe last of these lines tells the two apart:\n"
                  if lines[1:] else "\nThis expression tells the two apart:\n")
    yield False, indent("\n".join(lines), "  ") + "\n"
    if why := why_missing(entry.exercise):
        yield False, _filled(style, f"It is not tried here. {why}")
        return
    found = results(entry.exercise, entry.edit)
    values = [result.partition(" ")[2] for result in found]
    for place, (which, how) in enumerate(_TWO[:len(found)]):
        verb = _VERBS[found[place].partition(" ")[0]]
        value = shortened(values[place], values[-1 - place])
        label = style.paint(how, f"{which}:".ljust(7))
        yield False, f"  {label} {verb}{value}"
    if found[-1].startswith("fails "):
        trouble = "cannot be evaluated"
    elif found[0] == found[1]:
        trouble = "does not tell them apart"
    else:
        return
    yield True, "\n" + _filled(
        style, f"The witness {trouble}: its entry in {TABLE} has to be "
        "corrected.")


def in_steps(witness: str) -> list[str]:
    """Return a witness as lines of a program, of which the last has its value.

    A witness is one expression: often a list of which the end is taken, or
    `this and that`. Beginners read a program more easily.
    """
    source = f"({witness}\n)"  # It may go over several lines.

    def text(node: ast.expr) -> str:
        """Return the source of a part, a binding as an assignment."""
        if isinstance(node, ast.NamedExpr):
            return f"{node.target.id} = {text(node.value)}"
        column = node.col_offset - (node.lineno == 1)
        return dedent(" " * column + (
            ast.get_source_segment(source, node) or ""))

    def steps(node: ast.expr) -> list[str]:
        """Return what a part does, step by step."""
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            return [*map(text, node.values[:-1]), *steps(node.values[-1])]
        if isinstance(node, (ast.List, ast.Tuple)):
            bound = [*itertools.takewhile(
                lambda part: isinstance(part, ast.NamedExpr), node.elts)]
            names = [text(part).partition(" ")[0] for part in bound]
            rest = map(text, node.elts[len(bound):])
            return [*map(text, bound), f"[{', '.join([*names, *rest])}]"] if (
                bound) else [text(node)]
        if not isinstance(node, ast.Subscript) or not isinstance(
                node.value, (ast.List, ast.Tuple)):
            return [text(node)]
        parts, taken = node.value.elts, ast.unparse(node.slice)
        if taken in ("-1", str(len(parts) - 1)):
            return [*map(text, parts)]
        first = taken.partition(":")[0]
        if taken != f"{first}:" or not first.isdigit():
            return [text(node)]
        return [*map(text, parts[:int(first)]),
                f"[{', '.join(map(text, parts[int(first):]))}]"]

    try:
        return steps(ast.parse(source, mode="eval").body)
    except SyntaxError:
        return [witness]  # What is wrong with it, its evaluation says.


def shortened(value: str, other: str) -> str:
    """Return a value, or of a long one the part that differs from another."""
    if len(value) <= LONGEST:
        return value
    same = next((place for place, (ours, theirs) in enumerate(
        zip(value, other)) if ours != theirs), min(len(value), len(other)))
    begin = max(0, min(same - LONGEST // 3, len(value) - LONGEST))
    part = value[begin:begin + LONGEST]
    return (("…" if begin else "") + part
            + ("…" if begin + LONGEST < len(value) else ""))


def _advice(entry: Entry, style: Style) -> Iterator[str]:
    """Yield what helps to catch a fault."""
    if not isinstance(entry.edit, Fault) or entry.exercise is None:
        return
    yield ""
    yield _filled(style, f"Hint: {entry.edit.hint}")
    yield _filled(style, _CAUGHT_AT[entry.edit.caught_at])
    if entry.edit.lesson:
        yield f"Lesson: {entry.edit.lesson}"


def _filled(style: Style, text: str, columns: int = 0) -> str:
    """Return a text in lines that fit on the screen, so far from its edge."""
    return style.wrapped(" " * columns, text, columns)
