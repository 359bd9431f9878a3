"""The id of a test: how it is put together, and what can be read off it."""
from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

# What `parameterized` puts after the name of a function or a class.
_ROW = re.compile(r"_\d+(_[^.]*)?(?=\.|$)")


def module_of(file: str) -> str:
    """Return the dotted name of a file by its path, as a/test_b.py: a.test_b.

    It is not always the name by which the file is imported: of tests outside
    of packages, that is its last part.
    """
    return file.removesuffix(".py").replace("/", ".")


class TestId(NamedTuple):
    """An id such as test_shop.TestCart.test_total[0], in its parts.

    It begins with the module of the test's file; `row` is what pytest puts in
    brackets, with these, and empty elsewhere.
    """

    path: str
    row: str = ""

    @classmethod
    def of(cls, text: str) -> TestId:
        """Return the parts of an id."""
        path, bracket, row = text.partition("[")
        return cls(path, bracket + row)

    @classmethod
    def of_node(cls, nodeid: str) -> TestId:
        """Return the id of test_x.py::Class::method[row], as pytest says it.
        """
        file, _, rest = nodeid.partition("::")
        name, bracket, row = rest.partition("[")
        module = ".".join(Path(file).with_suffix("").parts)
        return cls(f"{module}.{name.replace('::', '.')}", bracket + row)

    def __str__(self) -> str:
        """Return the id as reports show it."""
        return self.path + self.row

    @property
    def function(self) -> str:
        """The id of the function, whichever of its rows this is."""
        return _ROW.sub("", self.path)

    def in_file(self, file: str) -> str | None:
        """Return the test's name in a file; None if it is of another one."""
        module = module_of(file)
        for start in (f"{module}.", f"{module.rpartition('.')[2]}."):
            if self.path.startswith(start):
                return self.path[len(start):]
        return None
