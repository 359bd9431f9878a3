"""Puts several variants into one text, where none changes what another does.

If no test fails on all of them at once, none fails on any (Dorfman, "The
detection of defective members of large populations", 1943).
"""
from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from winnow.model.outcome import FINE

from ..changed_body import ChangedBody, equal_lines
from ..event import (
    Broken,
    Connects,
    Finished,
    Refused,
    Shows,
    Stopped,
    Unviable,
    decoded,
)
from ..variant import Branching, Key

# What a run on the right modules would not tell, or not for each variant.
_LOUD = (Broken, Connects, Refused, Shows, Stopped, Unviable)


def grouped(due: Iterable[tuple[int, Branching[Key]]]
            ) -> list[list[tuple[int, Branching[Key]]]]:
    """Return groups of variants that each change another function.

    A default is no text that could be compiled with others.
    """
    groups: list[list[tuple[int, Branching[Key]]]] = []
    for each in due:
        body = each[1].change.body
        if body is None or body.default or not each[1].edited:
            continue
        for group in groups:
            if not any(_overlap(each[1], other) for _, other in group):
                group.append(each)
                break
        else:
            groups.append([each])
    return [group for group in groups if len(group) > 1]


def _overlap(one: Branching[Key], other: Branching[Key]) -> bool:
    """Tell whether a function that one changes is the other's, or in it."""
    assert one.edited and other.edited
    names = [f"{each.change.body.swapped}." for each in (one, other)
             if each.change.body]
    return one.edited[0] == other.edited[0] and (
        names[0].startswith(names[1]) or names[1].startswith(names[0]))


def merged(variants: Sequence[Branching[Key]]) -> Mapping[str, str]:
    """Return the text of each module that is changed, with all changes."""
    texts: dict[str, list[str]] = {}
    for variant in variants:
        assert variant.edited
        file, text = variant.edited
        texts.setdefault(file, []).append(text)
    return {file: _merged(variants[0].right[file], each)
            for file, each in texts.items()}


def _merged(right: str, texts: Iterable[str]) -> str:
    """Return a text with what each of the others has in other lines."""
    lines = _lines(right)
    # From the last to the first, so that none moves another one's place.
    for first, last, new in sorted(
            (_change(lines, _lines(text)) for text in texts), reverse=True):
        lines[first:last] = new
    return "".join(lines)


def _change(old: Sequence[str], new: Sequence[str]
            ) -> tuple[int, int, list[str]]:
    """Return which lines are replaced, and by what."""
    top, below = equal_lines(old, new)
    return top, len(old) - below, list(new[top:len(new) - below])


def _lines(text: str) -> list[str]:
    """Return the lines of a text, with their ends as they are."""
    return list(io.StringIO(text, newline=""))


def bodies(variants: Sequence[Branching[Key]], texts: Mapping[str, str]
           ) -> Iterator[tuple[str, ChangedBody]]:
    """Yield the file and the function of each variant, in the merged text."""
    for variant in variants:
        assert variant.edited and variant.change.body
        file = variant.edited[0]
        yield file, variant.change.body._replace(
            old=variant.right[file], new=texts[file])


def is_quiet(log: Iterable[bytes]) -> bool:
    """Tell whether a run is as it would be on the right modules."""
    return all(event.status in FINE if isinstance(event, Finished)
               else not isinstance(event, _LOUD)
               for event in map(decoded, log))
