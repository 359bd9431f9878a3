"""Where a report goes: standard output, or a file that it replaces whole."""
from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO


@contextmanager
def opened(path: str | None) -> Iterator[TextIO]:
    """Give the stream for a report; a file is in its place at the end.

    A file is opened first, so that what cannot be written is said before the
    check and not after. Raises `OSError`, which names the path as given.
    """
    if path is None:
        out = sys.stdout or open(os.devnull, "w", encoding="utf-8")
        if isinstance(out, TextIOWrapper):
            out.reconfigure(errors="backslashreplace")
        yield out
        out.flush()
        return
    with _replacing(path) as file:
        yield file


@contextmanager
def _replacing(path: str) -> Iterator[TextIO]:
    """Give a file beside a path; it takes its place once all is written.

    What is no file of its own, such as /dev/stdout, is written to as it is.
    """
    given, place = Path(path), Path(os.path.realpath(path))
    if given.is_dir():
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    is_new = not given.exists() or given.is_file()
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    target = beside if is_new else given
    try:
        file = open(target, "w", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error
    try:
        with file:
            yield file
        if is_new:
            os.replace(beside, place)
    finally:
        if is_new:
            beside.unlink(missing_ok=True)
