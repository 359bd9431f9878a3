"""`winnow apply`: a made fault in your own file, to run your tests on."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from winnow.model.exercise import Mutant
from winnow.subjects.applied import NotApplied, beside, put_in, take_out
from winnow.subjects.suite_files import below

from .explain import found, made_in


def apply(name: str | None, modules: Sequence[Path], is_forced: bool) -> str:
    """Put a fault into its file; return what to say of that."""
    if name is None:
        raise NotApplied("Name the fault, as a report does.")
    if not modules:
        raise NotApplied(f"Name the file of {name} too, as in "
                         f"winnow apply {name} --module FILE.")
    entry = found(name, list(made_in(modules)), True)
    assert isinstance(entry.edit, Mutant)
    line = put_in(Path(entry.file), entry.edit, entry.source, is_forced)
    return (f"{entry.edit.name} is in {entry.file}, line {line}: "
            f"{entry.does}\nwinnow apply --undo takes it out.\n")


def undo(modules: Sequence[Path]) -> str:
    """Take out what was put in; return what to say of that.

    Without modules, it is what is below the current folder.
    """
    files = [file for file in _files(modules or [Path()])
             if beside(file).exists()]
    if not files:
        where = ", ".join(map(str, modules)) or "this folder"
        raise NotApplied(f"No file of {where} has a fault in it.")
    said = []
    for file in files:
        fault, line = take_out(file)
        said.append(f"{fault} is out of {file}, line {line}.\n")
    return "".join(said)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files that are meant, each in a folder too."""
    for path in paths:
        if path.is_dir():
            yield from below(path)
        else:
            yield path
