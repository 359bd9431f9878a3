"""Each form, held against what its system documents.

- Classroom 50: the rules of its published schema, result-v1
- Gradescope, PrairieLearn, CodeRunner, Autolab, Pawtograder: the fields and
  limits that their manuals and sources name
- every form is right of every learner: good, poor, hostile, late, not judged
- nothing secret is in any
"""
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.grading.made_records import (
    HOSTILE,
    exercise,
    record,
    reports,
    ungradable,
    unjudged,
)
from tests.grading.test_policy import policy
from winnow.grading.feedback import Feedback, feedback
from winnow.grading.formats import FORMS, gradescope, render
from winnow.grading.grades import grade_class
from winnow.grading.records import Record
from winnow.model.errors import CannotDo

RUNNER = {
    "CLASSROOM": "testing", "ASSIGNMENT": "github-client", "OWNER": "alice",
    "SUBMISSION_TAG": "submit/2026-11-28T16-33-09Z-a1b2c3d",
    "COMMIT_URL": "https://git.example/commit/a1b2c3d",
    "RELEASE_URL": "https://git.example/releases/tag/x",
    "ASSIGNMENT_TYPE": "individual"}
SECRET = "secret = ['org-*', 'extra']\n"
LATE = "[late]\npercent = 10\n[required]\npoints = 66\n"
BONUS = "[required]\npoints = 40\nfull-at = 1\n[extra]\npoints = 90\n" \
    "bonus = true\n"


def told(of: Record, text: str = "") -> Feedback:
    """Return what the learner of a record may see, by a policy."""
    chosen = policy(text)
    return feedback(grade_class([of], chosen, exercise())[0], chosen)


def hostile() -> Record:
    """Return a learner whose name and messages are made to break forms."""
    report = json.loads(json.dumps(reports()["red"]))
    for row in report["tests"]:
        row["id"] = f"test.{row['id']} \"x: y\" </td>"
        row["message"] = None if row["valid"] else " ".join(HOSTILE)
    return replace(record(name=" ".join(HOSTILE)), report=report)


LEARNERS = {
    "good": lambda: told(record()),
    "red": lambda: told(record("red")),
    "late": lambda: told(record(late=30.0), LATE),
    "secret": lambda: told(record(), SECRET),
    "bonus": lambda: told(record(), BONUS),
    "all": lambda: told(record("overspecified"), "learners-see = 'all'"),
    "nothing": lambda: told(record(), "learners-see = 'nothing'"),
    "numbers": lambda: told(record(), "learners-see = 'numbers'"),
    "hostile": lambda: told(hostile(), "learners-see = 'all'"),
    "ungradable": lambda: told(ungradable()),
    "unjudged": lambda: told(unjudged()),
}
each_learner = pytest.mark.parametrize("learner", LEARNERS)


def made(form: str, learner: str) -> Mapping[str, str]:
    """Return the files of a form for a learner."""
    return render(form, LEARNERS[learner](), RUNNER)


def loaded(text: str) -> Any:
    """Return what a text is as JSON; NaN is none."""
    def refuse(name: str) -> None:
        """Refuse a number that JSON does not have."""
        raise AssertionError(name)
    return json.loads(text, parse_constant=refuse)


_TEXTS = {"type": "string", "minLength": 1}
_COUNT = {"type": "integer", "minimum": 0}
_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3])"
           r":[0-5]\d:[0-5]\dZ$"}
# The rules of foundation50/classroom50, schemas/result-v1.schema.json.
CLASSROOM50 = {
    "type": "object", "additionalProperties": False,
    "required": ["schema", "classroom", "assignment", "assignment_type",
                 "owner", "submission", "commit", "release", "review",
                 "datetime", "score", "max-score", "tests"],
    "properties": {
        "schema": {"const": "classroom50/result/v1"}, "classroom": _TEXTS,
        "assignment": _TEXTS,
        "assignment_type": {"enum": ["individual", "group"]},
        "owner": _TEXTS,
        "submission": {"type": "string", "pattern": "^submit/"},
        "commit": _TEXTS, "release": _TEXTS, "review": _TEXTS,
        "datetime": _MOMENT, "graded_at": _MOMENT, "score": _COUNT,
        "max-score": _COUNT, "submitted_by": {"type": "object"},
        "tests": {"type": "array", "items": {
            "type": "object",
            "required": ["test-name", "passed", "score", "max-score"],
            "properties": {"test-name": _TEXTS, "passed": {"type": "boolean"},
                           "score": _COUNT, "max-score": _COUNT}}}}}


@each_learner
def test_classroom50_keeps_its_schema(learner: str) -> None:
    """And the rules across fields that a schema cannot say."""
    files = made("classroom50", learner)

    result = loaded(files["result.json"])
    Draft202012Validator(CLASSROOM50).validate(result)
    assert result["score"] <= result["max-score"]
    for test in result["tests"]:
        assert test["score"] <= test["max-score"]
    assert result["datetime"] == "2026-11-28T16:33:09Z"
    assert len(files["result.json"]) < 10 * 2 ** 20
    assert files["release-body.md"].startswith("# ")


def test_classroom50_says_what_is_not_set() -> None:
    """By the names of the variables."""
    with pytest.raises(CannotDo, match="CLASSROOM, COMMIT_URL, OWNER is not"):
        render("classroom50", LEARNERS["good"](), {
            **RUNNER, "CLASSROOM": "", "COMMIT_URL": "", "OWNER": ""})


def test_classroom50_has_a_moment_for_any_tag() -> None:
    """The runner stamps its own."""
    files = render("classroom50", LEARNERS["good"](), {
        **RUNNER, "SUBMISSION_TAG": "submit/mine", "OWNER": "",
        "USERNAME": "zoe"})

    result = loaded(files["result.json"])
    Draft202012Validator(CLASSROOM50).validate(result)
    assert result["owner"] == "zoe"


# docs/specs.md of gradescope/autograder_samples has these fields.
_TOP = {"score", "execution_time", "output", "output_format",
        "test_output_format", "test_name_format", "visibility",
        "stdout_visibility", "extra_data", "tests", "leaderboard"}
_TEST = {"score", "max_score", "status", "name", "name_format", "number",
         "output", "output_format", "tags", "visibility", "extra_data"}


@each_learner
def test_gradescope_has_the_documented_fields(learner: str) -> None:
    """No test is hidden, or learners would not see their total."""
    seen = LEARNERS[learner]()

    result = loaded(made("gradescope", learner)["results.json"])

    assert set(result) <= _TOP
    assert result["score"] == float(seen.score)
    assert result["stdout_visibility"] == "hidden"
    for test in result["tests"]:
        assert set(test) <= _TEST
        assert isinstance(test["name"], str) and test["name"]
        assert test["status"] in ("passed", "failed")
        assert isinstance(test["number"], str)
        assert "visibility" not in test
        assert ("score" in test) == ("max_score" in test)
    most = sum(test.get("max_score", 0) for test in result["tests"])
    if result["tests"]:
        assert most == pytest.approx(float(seen.possible))


def test_gradescope_sums_up_what_is_secret() -> None:
    """In one line that all can see, for each part."""
    tests = loaded(made("gradescope", "secret")["results.json"])["tests"]

    lines = [test for test in tests if test["name"] == "secret faults"]
    assert [test["output"] for test in lines] == [
        f"{sum(mark.is_good for mark in hidden)} of {len(hidden)} faults that "
        "stay secret are caught." for hidden in _hidden()]


def _hidden() -> list[list[Any]]:
    """Return the marks that are secret, of each part that has some."""
    chosen = policy(SECRET)
    grade = grade_class([record()], chosen, exercise())[0]
    parts = [[mark for mark in item.marks if mark.is_secret]
             for item in grade.items]
    return [part for part in parts if part]


def test_gradescope_has_a_first_result() -> None:
    """In case that no other comes."""
    first = loaded(gradescope.first_result())

    assert set(first) <= _TOP
    assert (first["score"], first["tests"]) == (0, [])


@pytest.mark.parametrize(("created", "due", "hours"), [
    ("2026-11-28T16:30:00.000000-08:00", "2026-11-28T16:00:00.000000-08:00",
     0.5),
    ("2026-11-29T00:30:00Z", "2026-11-28T16:00:00-08:00", 0.5),
    ("2026-11-28T15:00:00.1-08:00", "2026-11-28T16:00:00-08:00", 0.0),
    ("2026-11-28", "2026-11-28T16:00:00-08:00", None),
    (None, "2026-11-28T16:00:00-08:00", None),
    ("2026-11-28T16:30:00", "2026-11-28T16:00:00-08:00", None),
])
def test_gradescope_says_how_late_it_is(
        created: str | None, due: str, hours: float | None) -> None:
    """By the times of its metadata, in any zone."""
    assert gradescope.hours_late({
        "created_at": created, "assignment": {"due_date": due}}) == hours
    assert gradescope.hours_late({}) is None


@each_learner
def test_prairielearn_is_gradable_or_costs_no_attempt(learner: str) -> None:
    """`score` from 0 to 1; points on every test; below a megabyte."""
    text = made("prairielearn", learner)["results.json"]
    result = loaded(text)

    assert 0 <= result["score"] <= 1
    assert result["gradable"] == (learner not in ("ungradable", "unjudged"))
    if not result["gradable"]:
        assert result["format_errors"]
    for test in result.get("tests", ()):
        assert {"name", "points", "max_points"} <= set(test)
        assert isinstance(test["points"], (int, float))
    assert len(text) < 2 ** 20 and "\0" not in text


@each_learner
def test_autolab_reads_its_last_line(learner: str) -> None:
    """After it has put quotes around each word before a colon."""
    lines = made("autolab", learner)["autolab.txt"].splitlines()

    assert len(lines) == 2
    for line in lines:  # As app/helpers/assessment_autograde_core.rb does.
        quoted = re.sub(r"([a-zA-Z0-9]+):", r'"\1":', line)
        assert quoted == line
    scores = loaded(lines[1])
    assert scores["scores"].keys() == {"Tests"}
    assert scores["scoreboard"] == [*scores["scores"].values()]
    shown = loaded(lines[0])
    assert shown["_presentation"] == "semantic"
    for stage in shown["stages"]:
        for test in shown[stage].values():
            assert isinstance(test["passed"], bool)
            assert isinstance(test["hint"], str)


def test_autolab_names_the_problem_of_the_site() -> None:
    """Which is set there, and has to be the same."""
    files = render("autolab", LEARNERS["good"](), {"AUTOLAB_PROBLEM": "Q 1"})

    assert loaded(files["autolab.txt"].splitlines()[1])["scores"] == {
        "Q 1": 84.6}


@each_learner
def test_coderunner_gets_a_fraction_and_a_table(learner: str) -> None:
    """All rows as long as the headings; the prologue is no markup."""
    result = loaded(made("coderunner", learner)["coderunner.json"])

    assert 0 <= result["fraction"] <= 1
    assert len({len(row) for row in result["testresults"]}) <= 1
    for row in result["testresults"][1:]:
        assert row[0] in (0, 1)
    assert set(re.findall(r"<[^>]*>", result["prologuehtml"])) <= {
        "<p>", "</p>", "<br>"}


@each_learner
def test_pawtograder_gets_each_fault_once(learner: str) -> None:
    """`pass` is a fault that was caught, also one without a name."""
    files = made("pawtograder", learner)
    seen = LEARNERS[learner]()

    results = [loaded(text) for text in files.values()]
    for result in results:
        assert set(result) == {"name", "location", "status", "tests",
                               "output"}
        assert result["status"] in ("pass", "fail")
        assert ":" not in result["location"]
    faults = [item for item in seen.items
              if item.name in ("required", "extra")]
    assert len(results) == sum(item.every for item in faults)
    assert sum(result["status"] == "pass" for result in results) == sum(
        item.good for item in faults)
    assert all(re.fullmatch(r"mutation_test_results/\d{4}\.json", path)
               for path in files)


@pytest.mark.parametrize("form", FORMS)
def test_nothing_secret_is_in_any_form(form: str) -> None:
    """Neither a name, nor what it breaks, nor a hint."""
    files = made(form, "secret")

    text = "".join(files.values())
    for mark in (mark for part in _hidden() for mark in part):
        for word in (mark.name, mark.title, mark.hint):
            assert word not in text
            assert json.dumps(word)[1:-1] not in text
    assert "nested-map-error-is-a-sentence" in text or form in (
        "prairielearn", "coderunner")
