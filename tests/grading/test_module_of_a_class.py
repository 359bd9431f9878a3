"""`winnow grade --module`: a class that tests a module without a table."""
import json
import subprocess
from pathlib import Path

import pytest

from tests.grading.classes import GOOD, HEAD, MODULE, RED, grade, handed_in
from tests.support.checking import WINNOW

SUITES = {"ada": GOOD, "bob": HEAD, "cara": GOOD, "dan": RED}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the module, and a class of four."""
    folder = tmp_path_factory.mktemp("class")
    (folder / "scales.py").write_text(MODULE)
    handed_in(folder / "class", SUITES)
    return folder


def test_the_verdicts_on_made_faults_are_those_of_a_single_check(
        place: Path) -> None:
    """Equal submissions once, and the next run judges none."""
    asked = (place / "class", "--module", place / "scales.py")
    first = grade(*asked, out=place / "grades")
    again = grade(*asked, out=place / "grades")
    reports = first.reports()

    assert (first.status, first.err, again.status) == (0, "", 0)
    assert "3 judged now, 1 equal to another" in first.out
    assert "0 judged now" in again.out
    assert len(reports["ada"]["faults"]) > 5
    for name in ("ada", "bob", "dan"):
        alone = place / name
        handed_in(alone, {"tests": SUITES[name]})
        (alone / "scales.py").write_text(MODULE)
        done = subprocess.run(
            [WINNOW, "check", "tests", "--module", "scales.py", "--no-cache",
             "--format", "json"], cwd=alone, text=True, capture_output=True)
        single = json.loads(done.stdout)
        assert {each["name"]: each["outcome"] for each in single["faults"]
                } == {each["name"]: each["outcome"]
                      for each in reports[name]["faults"]}
        assert [each["outcome"] for each in single["tests"]] == [
            each["outcome"] for each in reports[name]["tests"]]


def test_a_module_that_is_not_there_is_a_sentence(place: Path) -> None:
    """Before anything is judged."""
    done = grade(place / "class", "--module", place / "weights.py",
                 out=place / "other")

    assert done.status == 2
    assert "weights.py" in done.err and "Traceback" not in done.err
    assert not (place / "other").exists()
