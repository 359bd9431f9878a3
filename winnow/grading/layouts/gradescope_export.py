"""Gradescope's export: `submission_metadata.yml` beside a folder for each.

It is YAML as Ruby writes it, with symbols for keys. Of it, the submitters'
names and addresses are read; the autograder's results in it are left alone.
"""
from __future__ import annotations

import re
from collections.abc import Mapping

from . import HandedIn

METADATA = "submission_metadata.yml"
_FIELDS = {":name": "name", ":sid": "id", ":email": "email"}
_LINE = re.compile(r"^( *)(- )?(:?\w+): ?(.*)$")


def gradescope(entries: Mapping[str, Mapping[str, bytes]], source: str
               ) -> list[HandedIn]:
    """Return the learners of an export; those of a group as one."""
    text = entries[METADATA][""].decode("utf-8", "replace")
    known = _submitters(text)
    found = []
    for folder, below in entries.items():
        if folder == METADATA:
            continue
        people = known.get(folder, [])
        names = [each["name"] for each in people if each.get("name")]
        details = dict(people[0]) if people else {}
        details.pop("name", None)
        found.append(HandedIn(
            folder, " and ".join(names) or folder, f"{source}/{folder}",
            {path: content for path, content in below.items() if path},
            details=details))
    return found


def _submitters(text: str) -> dict[str, list[dict[str, str]]]:
    """Return who has handed each folder in: name, id and e-mail address."""
    found: dict[str, list[dict[str, str]]] = {}
    people: list[dict[str, str]] = []
    is_here = False
    for line in text.splitlines():
        match = _LINE.match(line)
        if not match:
            continue
        indent, begins, key, value = match.groups()
        if not indent and not begins:
            people = found.setdefault(key, [])
            is_here = False
        elif key == ":submitters":
            is_here = True
        elif is_here and len(indent) <= 2 and not begins:
            is_here = False
        elif is_here:
            if begins:
                people.append({})
            if people and key in _FIELDS and value:
                people[-1][_FIELDS[key]] = _plain(value)
    return found


def _plain(value: str) -> str:
    """Return a YAML text without its quotation marks."""
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    if len(value) > 1 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value
