"""What the page of a browser asks for: a check, a hint, a folder to keep.

The page has no terminal and no folder. It keeps the files of a lesson, or of
a whole exercise, and what is known of it, hands both in, and gets both back:
each function takes a request and returns an answer, as JSON. Checks and hints
are those of the commands.
"""
from __future__ import annotations

import base64
import importlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from winnow.course import begun, kept
from winnow.course.pages import lesson, lessons
from winnow.model.errors import CannotDo
from winnow.model.report import Report
from winnow.subjects.faults_toml import bundled, load

from .start import make_executable, texts_of

Answer = dict[str, Any]


@dataclass(frozen=True)
class Hears:
    """Who hears what is known of a check before it has ended."""

    words: Callable[[str], object]
    tried: Callable[[int, int], object]


# Where Python has the learner's folder while a request is answered.
PLACE = Path("/learner")
# What every check imports. The first makes urllib3 use sockets, of which a
# page has none: so it comes before requests.
_AHEAD = ("winnow.execution.inline.pyodide", "parameterized", "requests",
          "unittest.mock", "winnow.cli.main", "winnow.checking.check")
# What many a check does without, and takes a quarter as long to load.
_LATER = "pytest"


def prepare() -> None:
    """Load what every check needs, before the first one is asked for."""
    for name in _AHEAD:
        importlib.import_module(name)
    html_report = importlib.import_module("winnow.reports.html_report")
    html_report.template()


def prepare_more() -> None:
    """Load what the next check may need, while a person reads."""
    importlib.import_module(_LATER)


def answer(name: str, request: str, tell: Callable[[str], object],
           tried: Callable[[int, int], object] = lambda done, of: None
           ) -> str:
    """Return what one of the functions below answers, as JSON.

    What cannot be done is in `error`, as a sentence. `tell` hears what is
    known of a check before it has ended, and `tried` how many faults have met
    the tests, of how many.
    """
    found: Answer
    try:
        found = _ANSWERS[name](json.loads(request), Hears(tell, tried))
    except CannotDo as error:
        found = {"error": str(error)}
    return json.dumps(found)


def _check_begun(request: Answer, hears: Hears) -> Answer:
    """Check the tests of a lesson or an exercise, as the command does there.
    """
    folder = _folder_of(request)
    found = _checked([], folder, hears)
    place = begun.at(folder)
    assert place
    return {**found, "state": place.file.read_text("utf-8"),
            "done": bool(place.done)}


def _check_own(request: Answer, hears: Hears) -> Answer:
    """Check tests on faults made in modules that came with them."""
    folder = _filled(PLACE / "own", request["files"])
    modules = [word for name in request["files"]
               if not name.startswith("test_") for word in ("--module", name)]
    return _checked(modules, folder, hears)


def _checked(words: list[str], folder: Path, hears: Hears) -> Answer:
    """Return a report as a program and as a person reads it."""
    from winnow.reports import render
    from winnow.reports.terminal import Style
    from winnow.reports.text import first_words

    from .arguments import parsed
    from .check_command import report_of
    style = Style()

    def say(first: Report) -> None:
        """Tell what is known before any fault is tried."""
        hears.words(first_words(first, style))

    texts = [path.read_text("utf-8") for path in folder.glob("test_*.py")]
    if any(_LATER in text or "unittest" not in text for text in texts):
        prepare_more()
    before = os.getcwd()
    os.chdir(folder)
    try:
        report = report_of(parsed(["check", *words]), say,
                           hears.tried)
    finally:
        os.chdir(before)
    return {"json": render(report, "json", style),
            "html": render(_without_commands(report), "html", style),
            "clean": report.is_clean}


def _without_commands(report: Report) -> Report:
    """Return a report that names nothing to type: a page has buttons."""
    if report.goal is None:
        return report
    return replace(report, goal=replace(report.goal, after=(), helps=()))


def _hint(request: Answer, hears: Hears) -> Answer:
    """Give the next hint, or the last one again.

    Of an exercise it is to its first task that is not done.
    """
    from .learning import asked, every_hint
    about = asked(_folder_of(request), None)
    goal = about.goal
    assert goal
    every = every_hint(about, goal)
    which = min(about.place.hints.get(goal.key, 0) + 1, len(every))
    about.place.changed(hints={**about.place.hints, goal.key: which})
    return {"number": which, "of": len(every), "text": every[which - 1],
            "state": about.place.file.read_text("utf-8")}


def _take_home(request: Answer, hears: Hears) -> Answer:
    """Return the folder as a zip, which a command goes on with."""
    folder = _folder_of(request)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"{folder.name}/{path.name}")
    return {"name": f"{folder.name}.zip",
            "zip": base64.b64encode(packed.getvalue()).decode()}


def _folder_of(request: Answer) -> Path:
    """Make the folder of a lesson, or of the exercise that is named.

    In it is what the page has kept of it, too.
    """
    from . import begin
    texts: dict[str, str | bytes]
    if request.get("lesson"):
        its = lesson(request["lesson"], lessons())
        name, texts = f"lesson-{its.number}", {**begin.files(its)}
    else:
        name, texts = request["exercise"], {**texts_of(
            load(bundled()[request["exercise"]]))}
    if request.get("state"):
        texts[kept.IN_FOLDER] = request["state"]
    return _filled(PLACE / name, {**texts, **request["files"]})


def _filled(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Return a folder in which these files are and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, given in files.items():
        text = given.encode() if isinstance(given, str) else given
        (folder / name).write_bytes(text)
        make_executable(folder / name, text)  # No page can ask for it.
    return folder


_ANSWERS: dict[str, Callable[[Answer, Hears], Answer]] = {
    "check": _check_begun, "check own": _check_own, "hint": _hint,
    "take home": _take_home}
