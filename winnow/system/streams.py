"""Standard output and standard error where they cannot be written."""
from __future__ import annotations

import os
import sys
from typing import TextIO


def complain(text: str) -> None:
    """Write to standard error, if anything can be written there."""
    if sys.stderr is None:  # It was closed when Python started.
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        forget(sys.stderr)


def can_print(text: str, stream: TextIO) -> bool:
    """Tell whether a stream's encoding has these characters."""
    try:
        text.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def forget(stream: TextIO | None) -> None:
    """Drop what a stream still holds, and whatever will be written to it.

    Python flushes the standard streams at its end. Where that fails it says
    "Exception ignored" and makes the exit status 120.
    """
    if stream is None:
        return
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        stream.flush()
    except (OSError, ValueError):
        pass  # It has no number, or is closed: nothing will be flushed.
