"""A stranger's first visit: read, type, check, done; and what goes wrong.

- with a fresh profile a lesson is read, typed, checked and done, by keyboard
  alone too; the first words come before the report
- a stopped check leaves the page usable, and so do a test that never ends, one
  that takes all memory and one that prints a million lines
- code is there after a reload, and in the next tab; reset can be undone
- offline, after one visit, a page loads and checks
- a lesson is taken home as a zip, which the command line goes on with
"""
import json
import os
import re
import zipfile
from pathlib import Path

import pytest

from tests.site.conftest import DIST
from tests.site.visit import Visit
from tests.support.checking import Typed
from winnow.course.pages import lessons

EVERY = lessons()
LESSONS = {each.name: each for each in EVERY}
FIRST = LESSONS["a_test_can_fail"]
PATCHED = LESSONS["patch_where_it_is_looked_up"]
AFTER = EVERY[EVERY.index(PATCHED) + 1]
DATABASE = LESSONS["a_real_database"]
PAGE = f"lessons/{PATCHED.path.stem}.html"
# Each replaces the tests of lesson 1.
BAD = '''
import unittest


class TestBad(unittest.TestCase):
    def test_bad(self):
        {}
'''


def test_who_comes_first_finishes_a_lesson(visit: Visit) -> None:
    """And sees what was missed, then that it is done, and what is next."""
    visit.open(PAGE)
    report = visit.check()
    frame = visit.page.frame_locator("iframe.winnow-report")
    assert {each["outcome"] for each in report["faults"]} == {"missed"}
    numbers = visit.numbers()
    assert re.fullmatch(r"\d+\.\d of \d+\.\d MB", numbers[0]), numbers
    assert re.fullmatch(r"(\d+) of \1 tried",
                        [each for each in numbers if each][-1]), numbers
    assert "0 of 4 faults caught" in frame.locator("body").inner_text()
    assert visit.page.get_by_role("button", name="Solution").is_disabled()

    assert 6e6 < visit.weight(DIST) < 9e6

    visit.press("Hint")
    visit.wait_for(f"Hint 1 of {len(PATCHED.hints) + 1}")
    assert PATCHED.hints[0].split()[0] in visit.status()

    visit.type(PATCHED.solution)
    visit.check()
    visit.wait_for(f"Lesson {PATCHED.number} done.")
    assert visit.page.get_by_role(
        "link", name=f"Next: {AFTER.number}.").count() == 1
    assert visit.page.locator(".sidebar-tree .winnow-tick").count() == 1
    visit.press("Solution")
    assert visit.page.locator("details[open] summary").inner_text() == (
        "A solution")

    # What the page loads again is what it has kept.
    visit.page.wait_for_timeout(500)
    visit.page.reload()
    assert PATCHED.solution["test_client.py"].strip() == visit.shown().strip()
    before = len(visit.asked)
    visit.context.set_offline(True)
    visit.page.reload()
    visit.check()
    visit.wait_for(f"Lesson {PATCHED.number} done.")
    assert before < len(visit.asked)
    visit.context.set_offline(False)


def test_the_keyboard_is_enough(visit: Visit) -> None:
    """From the top of the page to a checked test; Tab leaves the editor."""
    visit.open()
    press = visit.page.keyboard.press
    visit.page.locator(".cm-content").focus()
    press("Control+a")
    visit.page.keyboard.insert_text(FIRST.solution["test_utils.py"])
    press("Tab")
    assert "cm-content" in str(focused(visit))
    press("Escape")
    press("Tab")
    assert focused(visit) == "Check"
    press("Shift+Tab")
    press("Control+z")
    press("Control+Enter")
    visit.wait_for("Lesson 1 done.")
    press("Escape")
    for name in ("Check", "Hint", "Solution", "Reset"):
        press("Tab")
        assert focused(visit) == name
    press("Enter")
    visit.wait_for("as they were to begin with")


def focused(visit: Visit) -> object:
    """Return the name of what has the focus."""
    return visit.page.evaluate(
        "() => document.activeElement.className.includes('cm-content') ? "
        "'cm-content' : document.activeElement.textContent")


def test_a_page_says_what_happened_and_stays_usable(visit: Visit) -> None:
    """Python's loops end by themselves; one in C is stopped by its button."""
    visit.open()
    visit.type({"test_utils.py": BAD.format("sum(iter(int, 1))")})
    visit.press("Check")
    visit.wait_for("Your tests are running.")
    visit.press("Stop")
    visit.wait_for("The check was stopped.")

    for does, outcome, says in (
            ("bytearray(2 ** 31 - 1)[::2]", "error", "MemoryError"),
            ("print('line\\n' * 10 ** 6)", "passed", "")):
        visit.type({"test_utils.py": BAD.format(does)})
        report = visit.check()
        [test] = report["tests"]
        assert (test["outcome"], says in json.dumps(test)) == (outcome, True)

    visit.press("Reset")
    assert FIRST.start["test_utils.py"].strip() == visit.shown().strip()
    visit.press("Bring mine back")
    assert "10 ** 6" in visit.shown()


def test_two_tabs_lose_nothing(visit: Visit) -> None:
    """What is typed in one is in the other, which closes without harm."""
    visit.open(PAGE)
    other = Visit(visit.context, visit.site)
    other.open(PAGE)
    other.page.locator(".cm-content").wait_for()
    visit.page.bring_to_front()
    visit.type({"test_client.py": "# mine"})
    other.page.get_by_text("# mine").wait_for()
    other.page.close()
    visit.page.reload()

    assert visit.shown() == "# mine"


def test_a_lesson_is_taken_home(visit: Visit, typed: Typed) -> None:
    """And its code and its hints; progress is read by `winnow lessons`."""
    visit.open(PAGE)
    visit.type(PATCHED.solution)
    visit.check()
    with zipfile.ZipFile(visit.download("Take home")) as archive:
        archive.extractall()
    os.chdir(f"lesson-{PATCHED.number}")
    assert json.loads(Path(".winnow.json").read_text("utf-8"))["done"] == [
        f"lesson {PATCHED.name}"]
    assert typed("check") == 0
    assert f"Lesson {PATCHED.number} done." in typed.out

    visit.open("site/progress.html")
    file = visit.download("Export")
    os.chdir("..")
    os.environ["XDG_STATE_HOME"] = str(Path("other").resolve())
    assert typed("lessons", "--import", str(file)) == 0
    assert f"Ticked off: lesson {PATCHED.number}." in typed.out

    visit.page.on("dialog", lambda dialog: dialog.accept())
    visit.press("Forget all")
    visit.page.get_by_text("Lessons done: 0").wait_for()
    visit.page.locator("input[type=file]").set_input_files(file)
    visit.page.get_by_text("Lessons done: 1").wait_for()
    visit.open(PAGE)
    assert PATCHED.solution["test_client.py"].strip() == visit.shown().strip()


def test_a_lesson_of_servers_says_that_it_needs_a_machine(
        visit: Visit) -> None:
    """There is nothing to press that cannot work."""
    visit.open(f"lessons/{DATABASE.path.stem}.html")
    visit.wait_for("check it on your machine")
    assert DATABASE.exercise.install in visit.status()
    assert visit.page.get_by_role(
        "button", name="Check", exact=True).count() == 0


@pytest.mark.soak
def test_the_folder_of_a_lesson_of_servers_can_be_had(visit: Visit) -> None:
    """Though its tests cannot run in a page."""
    visit.open(f"lessons/{DATABASE.path.stem}.html")
    with zipfile.ZipFile(visit.download("Take home")) as archive:
        assert {f"lesson-{DATABASE.number}/{name}" for name in (
            "store.py", "test_store.py", ".winnow.json")} <= {
                *archive.namelist()}


@pytest.mark.soak
def test_where_nothing_is_kept_the_page_works(visit: Visit) -> None:
    """As in a private window that refuses, or where the disk is full."""
    visit.context.add_init_script(
        "Storage.prototype.setItem = () => { throw new Error('full') }")
    visit.open(PAGE)
    visit.type(PATCHED.solution)
    visit.check()
    visit.wait_for(f"Lesson {PATCHED.number} done.")
    visit.open("site/progress.html")
    visit.page.get_by_text("This browser keeps nothing").wait_for()
