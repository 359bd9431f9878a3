"""Where programs keep what they can find out again, and how large it gets."""
from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """Return our folder for it, which may not be there yet.

    The variable is of the XDG Base Directory Specification, which has a path
    that is not absolute ignored. It holds on every system.
    """
    home = Path(os.path.expanduser("~"))
    asked = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(asked):
        return Path(asked) / "winnow"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "winnow"
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local"
        return Path(base) / "winnow" / "Cache"
    return home / ".cache" / "winnow"


def keep_below(folder: Path, most: int, since: float) -> None:
    """Delete the oldest files below a folder until they fit into `most` bytes.

    Those last used before a time go in any case. What cannot be deleted stays.
    """
    files = sorted(_files(folder), reverse=True)
    total = 0
    for time, size, path in files:
        total += size
        if total > most or time < since:
            try:
                os.unlink(path)
            except OSError:
                continue


def _files(folder: Path) -> list[tuple[float, int, str]]:
    """Return the files below a folder: when last used, how large, which."""
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            try:
                state = os.lstat(path)
            except OSError:
                continue
            found.append((state.st_mtime, state.st_size, path))
    return found
