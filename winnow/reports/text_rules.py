"""The places that break the course's rules on files, counted or in full."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import fill

from winnow.model.findings import BrokenRule

from .terminal import Style


def summary(broken: Sequence[BrokenRule]) -> str:
    """Return one line that counts the places by their rules; "" for none."""
    if not broken:
        return ""
    counts = Counter(each.rule for each in broken).most_common()
    by_rule = ", ".join(f"{number} {rule}" for rule, number in counts)
    places, show = (("1 place breaks", "it") if len(broken) == 1
                    else (f"{len(broken)} places break", "them"))
    return (f"{places} the course's rules on files ({by_rule}): "
            f"--rules shows {show}.")


def render(broken: Sequence[BrokenRule], style: Style) -> Iterator[str]:
    """Yield the lines that show every place, those of a file together."""
    if not broken:
        yield "  · Your files keep all of the course's rules on files."
        return
    yield style.paint("strong", "What breaks the course's rules on files:")
    for _, places in groupby(broken, key=lambda each: each.file):
        yield ""
        for each in places:
            yield fill(f"{each.file}:{each.line} {each.rule}: {each.message}",
                       style.width, initial_indent="  ",
                       subsequent_indent="    ", break_long_words=False,
                       break_on_hyphens=False)
