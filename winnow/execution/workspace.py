"""Working copies: folders for the tests to run in, never your own."""
from __future__ import annotations

from pathlib import Path

from winnow.system.memory_folder import TemporaryFolder
from winnow.system.processes import uninterrupted

from . import copying
from .copying import Lacking, Wanted
from .working_copy import WorkingCopy, delete


class Workspace:
    """A temporary folder with the copies of one person's folder.

    The first copy is kept as the pattern for the others: what the person
    saves while a check runs changes nothing in it, nor in what they are
    `lacking`. It is the `pattern`, below the packages it is in, if any:
    `above` is where the outermost of those lies.
    """

    def __init__(self, wanted: Wanted) -> None:
        """Say what to copy."""
        self.root = Path()
        self.lacking = Lacking()
        self._wanted = wanted
        self._kept: TemporaryFolder | None = None

    def __enter__(self) -> Workspace:
        """Copy the folder."""
        try:
            with uninterrupted():
                self._kept = TemporaryFolder(
                    "winnow-", copying.room_for(self._wanted))
                self.root = self._kept.path
            self.above = self.root / "pattern"
            self.pattern = self.above / self._wanted.place
            self.pattern.mkdir(parents=True)
            self.lacking = copying.copy(
                self._wanted, self.pattern, self.root)
            copying.copy_above(self._wanted, self.above)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Delete every copy, also what a test made unwritable."""
        if self.root != Path():
            with uninterrupted():
                delete(self.root)
                if self._kept:
                    self._kept.let_go()

    def has(self, path: str) -> bool:
        """Tell whether a file of the folder was copied, by its path in it."""
        return (self.pattern / path).is_file()

    def read(self, path: str) -> bytes:
        """Return what a file of the folder held when it was copied."""
        return (self.pattern / path).read_bytes()

    def copy(self, number: int) -> WorkingCopy:
        """Return a working copy of its own for one process at a time."""
        return WorkingCopy(self.above, self.root / str(number),
                           self._wanted.place)
