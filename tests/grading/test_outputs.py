"""What is written of a class: a table, a page, data, a report for each.

- class.json and each learner's report.json keep their published schemas
- the same class gives the same bytes, and writes nothing a second time
- a hostile name is text, wherever it comes
- what learners see is what the policy says, and a secret is nowhere
- a class of nobody, and one of 1,000 within seconds
"""
import csv
import io
import json
import re
import time
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.grading.made_records import (
    HOSTILE,
    exercise,
    large_class,
    record,
    reports,
    ungradable,
    unjudged,
)
from tests.grading.test_policy import policy
from winnow.grading.class_data import class_schema, learner_schema
from winnow.grading.outputs import write_class
from winnow.grading.policy import SIGHTS
from winnow.grading.policy_file import read_policy
from winnow.grading.records import Record
from winnow.model.errors import CannotDo

TITLE = "Tests of the client"


def written(folder: Path, records: list[Record], text: str = "") -> Path:
    """Write a class by a policy; return the folder."""
    write_class(folder, records, policy(text), title=TITLE,
                subject=exercise())
    return folder


def rows(folder: Path) -> list[dict[str, str]]:
    """Return the table of grades, read back."""
    text = (folder / "grades.csv").read_text("utf-8")
    return [*csv.DictReader(io.StringIO(text, newline=""))]


class _Tags(HTMLParser):
    """Notes the tags and attributes of a page, and the text between."""

    def __init__(self) -> None:
        """Begin with an empty page."""
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(
            self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += f"{data} "


def page(path: Path) -> _Tags:
    """Return what a browser makes of a page."""
    tags = _Tags()
    tags.feed(path.read_text("ascii"))
    return tags


def test_class_and_learners_keep_their_schemas(tmp_path: Path) -> None:
    """Also what could not be judged, and a number that is none."""
    out = written(tmp_path, [
        *large_class(5), record(late=float("nan")), ungradable(), unjudged()],
        "secret = ['org-*']\n[late]\npercent = 10\n")

    Draft202012Validator.check_schema(class_schema())
    Draft202012Validator.check_schema(learner_schema())
    found = json.loads((out / "class.json").read_text("ascii"))
    Draft202012Validator(class_schema()).validate(found)
    for folder in (out / "learners").iterdir():
        learner = json.loads((folder / "report.json").read_text("ascii"))
        Draft202012Validator(learner_schema()).validate(learner)
    assert len(found["learners"]) == 8
    assert {row["part"] for row in found["faults"]} == {"required", "extra"}


def test_the_same_class_gives_the_same_bytes(tmp_path: Path) -> None:
    """And a file that would not change is not touched."""
    out = written(tmp_path, large_class(4))
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns)
              for path in out.rglob("*") if path.is_file()}

    written(tmp_path, large_class(4))

    assert len(before) == 3 + 4 * 3
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns)
                      for path in out.rglob("*") if path.is_file()}


def test_another_policy_writes_other_grades(tmp_path: Path) -> None:
    """From the same records: nothing is run again."""
    first = rows(written(tmp_path, [record()], "[required]\npoints = 40\n"))

    second = rows(written(tmp_path, [record()], "[required]\npoints = 80\n"))

    assert [first[0]["score"], second[0]["score"]] == ["36", "72"]


def test_a_hostile_name_is_text_everywhere(tmp_path: Path) -> None:
    """In pages no tag or attribute comes of it, in tables no formula."""
    hostile = [record(identifier=f"h{number}", name=name, details={
        "email": name}) for number, name in enumerate(HOSTILE)]
    plain = [record(identifier=f"h{number}", name="x")
             for number in range(len(HOSTILE))]

    tame = written(tmp_path / "plain", plain)
    out = written(tmp_path / "hostile", hostile)

    for name in ("report.html", "learners/h0/report.html"):
        assert set(page(out / name).tags) == set(page(tame / name).tags)
        assert page(out / name).attributes == page(tame / name).attributes
    assert "<script>alert(1)</script>" in page(out / "report.html").text
    assert "{{ 7 * 7 }}" in page(out / "report.html").text
    table = rows(out)
    assert len(table) == len(HOSTILE)
    for row in table:
        for cell in (row["name"], row["email"]):
            assert not re.match(r"\s*[=+@]|\s*-(?!\d)", cell)
            assert "\n" not in cell
    for path in out.rglob("report.md"):
        text = path.read_text("utf-8")
        assert "\x1b" not in text and "<script>" not in text
        assert not re.search(r"(?<!\\)\]\(javascript", text)


def test_what_a_learners_code_says_is_text_too(tmp_path: Path) -> None:
    """A message may hold anything that a test prints."""
    report = json.loads(json.dumps(reports()["red"]))
    for row in report["tests"]:
        if not row["valid"]:
            row["message"] = "</pre><script>alert(1)</script>\x1b[2J"
            row["coaching"] = "`<img src=x onerror=alert(1)>`"

    out = written(tmp_path, [replace(record(), report=report)])

    for path in out.rglob("*.html"):
        found = page(path)
        assert "img" not in found.tags
        assert found.tags.count("script") == (path.parent == out)
        assert "\x1b" not in path.read_text("ascii")


def test_no_style_or_script_is_lost_to_the_policy_of_the_page(
        tmp_path: Path) -> None:
    """Each is let in by its hash; nothing has a style of its own."""
    from winnow.reports.html_report import digest
    out = written(tmp_path, [record()])

    for path in out.rglob("*.html"):
        text = path.read_text("ascii")
        allowed = re.search(r'Content-Security-Policy" content="([^"]*)"',
                            text)
        assert allowed
        for kind, body in re.findall(
                r"<(style|script)>(.*?)</\1>", text, re.DOTALL):
            assert f"{kind}-src 'sha256-{digest(body)}'" in allowed[1]
        assert not {"style", "onclick", "src"} & page(path).attributes


@pytest.mark.parametrize("sight", SIGHTS)
def test_learners_see_what_the_policy_says(
        sight: str, tmp_path: Path) -> None:
    """Each step shows more, and a secret fault is nowhere."""
    secret = {fault.name: fault for fault in exercise().faults}[
        "org-not-memoized"]
    out = written(tmp_path, [record()], f"learners-see = '{sight}'\n"
                  "secret = ['org-not-memoized']\n")

    texts = [path.read_text("utf-8").replace("\\", "") for path in (
        out / "learners" / "alice").iterdir()]

    rank = SIGHTS.index(sight)
    for text in texts:
        assert "85.1" in text or "84.6" in text
        assert ("36 of 40" in text or '"good": 36' in text) == (rank >= 1)
        assert ("nested-map-error-is-a-sentence" in text) == (rank >= 2)
        assert ("from which no code can read" in text) == (rank >= 3)
        assert ("faults that stay secret" in text) == (rank >= 2)
        for told in (secret.name, secret.breaks, secret.hint):
            assert told.replace("`", "") not in text.replace("`", "")
    assert ('"-' in texts[[path.suffix for path in (
        out / "learners" / "alice").iterdir()].index(".json")]) == (rank == 4)


def test_coaching_that_quotes_a_secret_fault_is_left_out(
        tmp_path: Path) -> None:
    """It would tell what the fault is, and where."""
    secret = {fault.name: fault for fault in exercise().faults}[
        "nested-map-missing-key-is-none"]
    report = json.loads(json.dumps(reports()["red"]))
    report["tests"][-1]["coaching"] = f"It asks for: “{secret.breaks}”"
    report["tests"][-1].update(valid=False, outcome="failed")
    hidden = replace(record(), report=report)

    out = written(tmp_path / "1", [hidden], f"secret = ['{secret.name}']")
    shown = written(tmp_path / "2", [hidden])

    name = "learners/alice/report.json"
    assert secret.breaks not in (out / name).read_text("ascii")
    assert secret.breaks in json.loads(
        (shown / name).read_text("ascii"))["items"][2]["marks"][-1]["hint"]


def test_the_page_says_what_the_class_has_in_common(tmp_path: Path) -> None:
    """Numbers of it, checked one by one against the reports."""
    records = [record(identifier="a", name="Ann"),
               record("overspecified", "b", "Bob"),
               replace(record(identifier="c", name="Cem"), same_as="a"),
               record("red", "d", "Dee"), ungradable(), unjudged()]
    missed = sum(
        all(row["outcome"] != "caught" for row in each.report["faults"]
            if row["name"] == "org-not-memoized")
        for each in records if each.report)

    text = " ".join(page(written(tmp_path, records) / "report.html"
                         ).text.split())

    assert ("org is fetched again on every access. org-not-memoized "
            f"{missed} of 4") in text
    assert "6 submissions, 4 judged by the tests" in text
    assert "1 grade left for you to decide" in text
    assert "The same files as a." in text
    assert "2 submissions have the same files, byte by byte" in text
    assert "4 submissions: bubblewrap." in text
    assert "To teach next: Lesson" in text
    assert "It has no file of tests." in text
    assert "after-raise" in text


def test_what_to_teach_is_what_is_required(tmp_path: Path) -> None:
    """A lesson on many extra faults, which all miss, does not come first."""
    out = written(tmp_path, large_class(6))
    lessons = json.loads((out / "class.json").read_text("ascii"))["lessons"]
    faults = json.loads((out / "class.json").read_text("ascii"))["faults"]

    required = [lesson["required"] for lesson in lessons]
    assert required == sorted(required, reverse=True)
    assert required[0] == sum(
        len(fault["learners"]) for fault in faults
        if fault["lesson"] == lessons[0]["name"]
        and fault["part"] == "required")
    assert any(one["misses"] < other["misses"]
               for one, other in zip(lessons, lessons[1:]))


def test_a_class_of_nobody_is_a_page_too(tmp_path: Path) -> None:
    """And a table of headings."""
    out = written(tmp_path, [])

    assert "There are no submissions." in page(out / "report.html").text
    assert rows(out) == []
    assert json.loads((out / "class.json").read_text())["learners"] == []


def test_a_class_that_could_not_be_judged_is_a_page_too(
        tmp_path: Path) -> None:
    """Nobody has a report, and somebody has to know."""
    out = written(tmp_path, [unjudged()])

    assert "yours to decide" in page(out / "report.html").text
    assert rows(out)[0]["score"] == ""


@pytest.mark.parametrize("identifier", ["", ".", "..", "a/b", "a\\b", "a\0b"])
def test_an_identifier_cannot_lead_out_of_the_folder(
        identifier: str, tmp_path: Path) -> None:
    """Whoever made it up; and nothing is written then."""
    with pytest.raises(CannotDo, match="cannot be the name"):
        written(tmp_path, [record(identifier=identifier)])

    assert [*tmp_path.iterdir()] == []


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    """With its path, and the file is still there."""
    (tmp_path / "learners").write_text("mine")

    with pytest.raises(CannotDo, match="learners"):
        written(tmp_path, [record()])

    assert (tmp_path / "learners").read_text() == "mine"


@pytest.mark.soak
def test_a_class_of_1000_takes_seconds(tmp_path: Path) -> None:
    """Three files for each, and a page with a map of 71,000 cells."""
    records = large_class(1000)
    begun = time.process_time()

    write_class(tmp_path, records, read_policy(None), title=TITLE,
                subject=exercise())

    assert time.process_time() - begun < 10  # 2.5 on a busy machine.
    assert len(rows(tmp_path)) == 1000
    assert (tmp_path / "report.html").stat().st_size < 3_000_000
