"""A submission of a class, and what was found out about it."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Submission:
    """What one learner handed in, as the instructor's system delivered it.

    `identifier` names the learner in paths and tables: unique in a class, safe
    as the name of a folder on every system. `name` is what the system calls
    the learner. `source` is where it lay, for messages. `files` has the path
    of each file below the submission's root, with `/`, and its bytes.
    `late` is how many hours after the time it came; None if nothing says so.
    `details` keeps what else the layout knows (an e-mail address, the
    system's own id, a commit), by the name of the field.
    `problem` says in a sentence why it cannot be graded; "" if it can.
    """

    identifier: str
    name: str
    source: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    late: float | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Record:
    """A submission with its verdict, as it is stored and graded.

    `key` is the hash of everything that the verdict rests on. `report` is the
    JSON report of `winnow check`, `winnow/report/v1`; None where there is
    none, and then `problem` says why in a sentence (the submission's own, or
    what went wrong while it was judged). `sandbox` says what contained it.
    `same_as` is the identifier of the first learner whose files are equal.
    """

    submission: Submission
    key: str = ""
    report: Mapping[str, Any] | None = None
    problem: str = ""
    sandbox: str = ""
    same_as: str = ""
