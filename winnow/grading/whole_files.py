"""Files that are written whole or not at all, and only if they differ."""
from __future__ import annotations

import os
from pathlib import Path

from winnow.model.errors import CannotDo


def write_whole(path: Path, data: bytes) -> bool:
    """Put data into a file, and make its folder; tell whether it differed.

    Whoever reads the file meets the old data or the new. Raises `CannotDo`,
    and then the old data is still there.
    """
    beside = path.with_name(f".{path.name[:200]}.{os.getpid()}")
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_bytes(data)
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise CannotDo(f"{path} cannot be written: "
                       f"{error.strerror or error}.") from error
    return True
