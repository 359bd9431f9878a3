"""A policy: how grading.toml is read, and what is said of a wrong one.

- the default policy, and the full example of the manual, are read whole
- numbers are exact: a tenth is a tenth
- whatever is wrong is told with its line, and nothing else happens
- a secret fault that no exercise has is told: it would be shown
"""
import re
from fractions import Fraction
from pathlib import Path

import pytest

from tests.grading.made_records import ROOT, exercise
from winnow.grading import policy_file as policies
from winnow.grading.policy import Policy
from winnow.grading.policy_file import default_text, read_policy
from winnow.grading.policy_text import BrokenPolicy, PolicyText


def policy(text: str) -> Policy:
    """Return the policy that a text describes."""
    return policies.parsed(PolicyText(text, "grading.toml"))


def test_the_default_is_out_of_100_and_hides_no_fault() -> None:
    """And what cannot be judged for our reasons is nobody's zero."""
    default = read_policy(None)

    assert default.total == 100
    assert default.secret == ()
    assert default.learners_see == "hints"
    assert (default.ungradable, default.unjudged) == (0, None)
    assert policy(default_text()).parts.keys() == default.parts.keys()


def test_an_empty_file_is_the_default() -> None:
    """Also one with a byte order mark, and comments alone."""
    assert policy("# nothing\n").parts.keys() == read_policy(None).parts.keys()


def test_the_parts_that_a_file_names_are_all_there_are() -> None:
    """Or points would be given that nobody has asked for."""
    chosen = policy("[required]\npoints = 40\n[tests]\npoints = 2.5\n")

    assert [*chosen.parts] == ["required", "tests"]
    assert chosen.total == Fraction(85, 2)


def test_numbers_are_exact() -> None:
    """As they are written, not as a computer has them."""
    assert policy("round-to = 0.1\n").round_to == Fraction(1, 10)


def test_a_file_of_windows_is_read(tmp_path: Path) -> None:
    """With its line ends, and a byte order mark."""
    path = tmp_path / "grading.toml"
    path.write_bytes(b"\xef\xbb\xbf[required]\r\npoints = 3\r\n")

    assert read_policy(path).parts["required"].points == 3


WRONG = {
    "not toml": ("total = \n", 1, "is not TOML"),
    "not closed": ("[required\n", 1, "is not TOML"),
    "nested": ("total = " + "[" * 9000 + "\n", 1, "too deeply"),
    "a key that is near": ("[required]\npoint = 3\n", 2,
                           "did you mean `points`"),
    "an unknown key": ("xyzzy = 3\n", 1, "is not known here"),
    "an unknown table": ("total = 3\n\n[requird]\npoints = 3\n", 3,
                         "did you mean `required`"),
    "no points": ("\n[tests]\n", 2, "has no `points`"),
    "points below zero": ("[tests]\npoints = -1\n", 2, "from 0 to"),
    "points as text": ("[tests]\npoints = '3'\n", 2, "must be a number"),
    "points as a flag": ("[tests]\npoints = true\n", 2, "must be a number"),
    "points without end": ("[tests]\npoints = inf\n", 2, "must be a number"),
    "points that are none": ("[tests]\npoints = nan\n", 2,
                             "must be a number"),
    "points without measure": ("[tests]\npoints = 1e999999999\n", 2,
                               "from 0 to"),
    "points too small": ("[tests]\npoints = 1e-999999999\n", 2,
                         "decimals"),
    "worth nothing": ("[tests]\npoints = 0\n", 1, "worth nothing"),
    "bonus alone": ("[extra]\npoints = 3\nbonus = true\n", 1,
                    "worth nothing"),
    "a part that is no table": ("required = 70\n", 1, "must be a table"),
    "what learners see": ("learners-see = 'some'\n", 1,
                          '"names", "hints" or "all"'),
    "secret as text": ("secret = 'org'\n", 1, "list of names"),
    "rounding": ("round-to = 0.015\n", 1, "multiple of 0.01"),
    "no rounding": ("round-to = 0\n", 1, "above 0"),
    "full at nothing": ("[required]\npoints = 3\nfull-at = 0\n", 3,
                        "above 0"),
    "full at too much": ("[required]\npoints = 3\nfull-at = '120 %'\n", 3,
                         "a share"),
    "full at a half": ("[required]\npoints = 3\nfull-at = 1.5\n", 3,
                       "whole number"),
    "steps that fall": (
        "[required]\nsteps = [\n  { at = 9, points = 1 },\n"
        "  { at = 3, points = 2 },\n]\n", 2, "must rise"),
    "steps that are empty": ("[required]\nsteps = []\n", 2, "must be a list"),
    "a step without points": ("[required]\nsteps = [{ at = 3 }]\n", 2,
                              "without both"),
    "steps above the points": (
        "[required]\npoints = 1\nsteps = [{ at = 3, points = 2 }]\n", 3,
        "more than its `points`"),
    "steps and full-at": (
        "[required]\nfull-at = 3\nsteps = [{ at = 3, points = 2 }]\n", 2,
        "beside `steps`"),
    "late without a price": ("[late]\nper = 'day'\n", 1, "one of"),
    "late with two": ("[late]\npercent = 1\npoints = 1\n", 1, "one of"),
    "late by the week": ("[late]\npercent = 1\nper = 'week'\n", 3,
                         '"hour" or "day"'),
    "late by too much": ("[late]\npercent = 101\n", 2, "100 or less"),
    "caps": ("[caps]\ntotal = 'all'\n", 2, "must be a number"),
    "caps of a problem": ("[caps.problem]\nnetwork = 'x'\n", 2,
                          "must be a number"),
    "caps of a misspelt problem": ("[caps.problem]\nnetwrok = 1\n", 2,
                                   "did you mean `network`"),
    "ungradable": ("[ungradable]\nsubmission = 'zero'\n", 2, '"none"'),
    "a dotted key": ("required.points = 3\nrequired.full-at = -1\n", 2,
                     "whole number"),
    "an inline table": ("total = 3\nrequired = { points = -3 }\n", 2,
                        "from 0 to"),
}


@pytest.mark.parametrize(("text", "line", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_line(
        text: str, line: int, said: str) -> None:
    """And what to write instead."""
    with pytest.raises(BrokenPolicy) as caught:
        policy(text)

    assert str(caught.value).startswith(f"grading.toml, line {line}: ")
    assert said in str(caught.value)
    assert str(caught.value).endswith((".", "?"))


@pytest.mark.parametrize(("data", "said"), [
    (None, "cannot be read"), (b"\xff\xfe", "UTF-8")])
def test_a_file_that_cannot_be_read_is_told(
        data: bytes | None, said: str, tmp_path: Path) -> None:
    """By its name."""
    path = tmp_path / "grading.toml"
    if data is not None:
        path.write_bytes(data)

    with pytest.raises(BrokenPolicy, match=said) as caught:
        read_policy(path)

    assert str(path) in str(caught.value)


def test_a_secret_fault_that_is_misspelt_is_told() -> None:
    """It would not be kept secret."""
    chosen = policy("total = 3\nsecret = ['org-*', 'extra', 'org-memoised']\n")

    with pytest.raises(BrokenPolicy, match='line 2: .*"org-memoised"'):
        chosen.against(exercise())


def test_secret_faults_are_named_by_patterns_and_parts() -> None:
    """A part is a word of its own."""
    chosen = policy("secret = ['org-*', 'extra']\n")
    chosen.against(exercise())

    assert chosen.is_secret("org-not-memoized", "required")
    assert chosen.is_secret("anything", "extra")
    assert not chosen.is_secret("get-json-undecoded", "required")


def test_a_cap_may_be_on_every_kind_of_problem() -> None:
    """On all that the manual explains."""
    page = (ROOT / "docs" / "usage.md").read_text("utf-8")
    table = page.partition("| `import`, `network` |")
    rows = "".join(table[1:]).partition("\n\n")[0]
    kinds = [kind for row in rows.splitlines()
             for kind in re.findall(r"`([a-z-]+)`", row.split("|")[1])]

    chosen = policy("[caps.problem]\n" + "".join(
        f"{kind} = 5\n" for kind in kinds))

    assert len(chosen.most_with_problem) > 20


def test_the_full_example_of_the_manual_is_right() -> None:
    """It has every key that there is."""
    page = (ROOT / "docs" / "grading-forms.md").read_text("utf-8")
    example = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)[0]

    full = policy(example)
    full.against(exercise())

    assert set(full.text.table if full.text else ()) == {
        *policies._TOP}
    assert full.late and full.late.grace
    assert full.most_with_problem
