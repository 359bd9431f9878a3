"""What a verdict rests on besides files: Winnow, Python, and all packages."""
from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

from winnow import ABOVE, PACKAGE, __version__

_MOST = 3


@cache
def own_hash() -> str:
    """Return a hash of Winnow's own code and tables."""
    digest = hashlib.sha256()
    for path in sorted(Path(ABOVE, PACKAGE).rglob("*")):
        if path.suffix in (".py", ".toml"):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            name = path.relative_to(ABOVE).as_posix()
            digest.update(f"{name} {content}\n".encode())
    return digest.hexdigest()


@cache
def versions() -> Mapping[str, str]:
    """Return the versions of what is installed here, by name.

    Of two packages with one name, it is the first: that is imported.
    """
    found = {
        "Winnow": f"{__version__} ({own_hash()[:8]})",
        "Python": f"{platform.python_implementation()} "
        f"{platform.python_version()}",
        "the system": f"{sys.platform} on {platform.machine()}"}
    for each in distributions():
        # What is installed by halves has no name.
        name = str(each.metadata["Name"]).lower().replace("_", "-")
        found.setdefault(name, each.version)
    return found


def difference(there: Mapping[str, str]) -> str:
    """Return in words how another machine differs from this one, or nothing.

    Any package may be imported by a learner's tests: none is left out.
    """
    parts = [*_differences(there, versions())]
    more = f" and {len(parts) - _MOST} more" if len(parts) > _MOST else ""
    return f"{', '.join(parts[:_MOST])}{more}"


def _differences(there: Mapping[str, str], here: Mapping[str, str]
                 ) -> Iterator[str]:
    """Yield each difference: the versions there, and here."""
    # What has a capital letter or a space in its name is no package.
    for name in sorted({*here, *there}, key=lambda name: (
            name.islower() and " " not in name, name)):
        theirs, ours = there.get(name), here.get(name)
        if theirs is None:
            yield f"no {name} (here {ours})"
        elif ours is None:
            yield f"{name} {theirs} (here none)"
        elif theirs != ours:
            yield f"{name} {theirs} (here {ours})"
