"""What is wrong on a page of the course is found, with its page and line.

- a block that fails, prints otherwise, or is left out unseen
- an exercise whose start or whose solution is not what the page says
- a name, a link or a lesson that is not there; a form that cannot be read
"""
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from lessons import proof
from lessons.engine import apart, links, names, outputs
from lessons.engine.player import Played, Player
from tests.support.checking import asked_for
from winnow.checking.coaching import confusions

TEST_CASE = """```python
import unittest


class TestSum(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(1 + 1, {})
```
"""
TESTS = """```python
# test_utils.py
from utils import access_nested_map


def test_map():
    assert access_nested_map({{"a": {{"b": 1}}}}, {path}) == {expected}
```
"""
ONE_KEY = TESTS.format(path='("a",)', expected='{"b": 1}')
TWO_KEYS = TESTS.format(path='("a", "b")', expected="1")
WRONG = TESTS.format(path='("a", "b")', expected="2")
START = "<!-- start: misses nested-map-follows-one-key -->\n"
SOLUTION = "\n<!-- solution -->\n"
KNOWS_TOO_MUCH = """<!-- start: breaks memoize-in-another-attribute -->
```python
# test_utils.py
from utils import memoize


class Gauge:
    @memoize
    def level(self):
        return 1


def test_level():
    gauge = Gauge()

    assert gauge.level == 1
    assert "_answer_of_level" not in str(vars(gauge))
```
"""
SKIPPED = """```python
# test_utils.py
import pytest

import utils


@pytest.mark.skip("later")
def test_level():
    assert utils.memoize
```
"""
DOES_NOTHING = """<!-- start: shows tautology -->
```python
# test_utils.py
from utils import access_nested_map


def test_map():
    value = access_nested_map({"a": 1}, ("a",))
    assert value == value
```
"""
FAILURE = "```text\nF\n...\nAssertionError: 2 != {}\n...\n```\n"

# A page, by a name for it: its text, the line, and what is said of it.
PLAYED = {
    "a failing TestCase": (
        TEST_CASE.format(3), 2, "the block fails"),
    "a failing function of pytest's": (
        "\n```python\ndef test_sum():\n    assert 1 + 1 == 3\n```\n", 3,
        "the block fails"),
    "a failure that is another": (
        TEST_CASE.format(3) + FAILURE.format(4), 12,
        "this is not what is printed"),
    "a failure that does not happen": (
        TEST_CASE.format(2) + FAILURE.format(3), 10,
        "this is not what is printed"),
    "a failure that is not shown as one": (
        TEST_CASE.format(3) + "```text\n...\nRan 1 test in 0.0s\n...\n```\n",
        2, "what is shown of it does not say so"),
    "dots alone": (
        "```python\nprint(1)\n```\n\n```text\n...\n```\n", 6,
        "dots alone show nothing"),
    "a test case without a test": (
        "```python\nimport unittest\n\n\nclass A(unittest.TestCase):\n"
        "    def text_sum(self):\n        pass\n```\n", 2, "the block fails"),
    "another output": (
        "```python\nprint('one\\ntwo')\n```\n\n```text\none\n2\n```\n", 7,
        "this is not what is printed, which is:\none\ntwo"),
    "an output that is not shown": (
        "```python\nprint(1)\n```\n", 2, "prints what no text block"),
    "an output too many": (
        "```python\nx = 1\n```\n\n```text\n\n```\n\n```text\n1\n```\n", 10,
        "that no block above it prints"),
    "an exception": (
        "```python\n\nraise OSError('down')\n```\n", 2, "OSError: down"),
    "a name from another block": (
        "```python\nx = 1\n```\n\n```python\ny\n```\n", 6, "NameError"),
    "a file that cannot be imported": (
        "```python\n# scales.py\n1 / 0\n```\n", 2, "ZeroDivisionError"),
    "another output of a command": (
        "```console\n$ python -c 'print(1)'\n1\n$ echo one\n2\n```\n", 5,
        "this is not what is printed, which is:\none"),
    "a session without a command": (
        "```console\nls\n```\n", 2, "begins with a command"),
    "a command that fails": (
        "```sh\ntrue\nfalse\n```\n", 2, "the block fails"),
    "an exercise with a claim that is not read": (
        "<!-- start: misses -->\n" + ONE_KEY + SOLUTION + TWO_KEYS, 3,
        "says nothing that holds"),
    "an unmarked block": (
        "```yaml\na: 1\n```\n", 2, "a block of yaml is not executed"),
    "JSON that is none": ("```json\n{a}\n```\n", 2, "this is no JSON"),
    "TOML that is none": ("```toml\na\n```\n", 2, "this is no TOML"),
    "a start that catches it": (
        START + TWO_KEYS + SOLUTION + TWO_KEYS, 3,
        "the start misses not nested-map-follows-one-key, but 0"),
    "a solution that misses it": (
        START + ONE_KEY + SOLUTION + ONE_KEY, 3,
        "the solution still misses nested-map-follows-one-key"),
    "a solution that fails": (
        START + ONE_KEY + SOLUTION + WRONG + "```text\nF...\n...\n```\n", 3,
        "fails on the right modules"),
    "a start without a solution": (START + ONE_KEY, 3, "no solution"),
    "a start that claims nothing": (
        "<!-- start -->\n" + ONE_KEY + SOLUTION + TWO_KEYS, 3,
        "says nothing that holds"),
    "a claim that there is not": (
        "<!-- start: hides x -->\n" + ONE_KEY + SOLUTION + TWO_KEYS, 3,
        "the start hides not x"),
    "a start that breaks on nothing": (
        "<!-- start: breaks get-json-calls-through-a-local -->\n" + ONE_KEY
        + SOLUTION + TWO_KEYS, 3, "the start breaks not get-json-calls"),
    "a solution that breaks": (
        KNOWS_TOO_MUCH + SOLUTION + KNOWS_TOO_MUCH.partition("\n")[2], 3,
        "the solution still breaks memoize-in-another-attribute"),
    "a solution that breaks on what the mark does not name": (
        START + ONE_KEY + SOLUTION + TWO_KEYS + SOLUTION
        + KNOWS_TOO_MUCH.partition("\n")[2].replace(
            "test_utils.py", "test_more_utils.py"), 3,
        "the solution breaks memoize-in-another-attribute, which the mark"),
    "a solution with a problem that the mark does not name": (
        START + ONE_KEY + SOLUTION + TWO_KEYS.replace(
            "    assert", "    assert 1 == 1\n    assert"), 3,
        "the solution shows tautology, which the mark hides"),
    "a start without a problem": (
        "<!-- start: shows tautology -->\n" + ONE_KEY + SOLUTION + TWO_KEYS,
        3, "the start shows not tautology"),
    "a start that believes nothing": (
        "<!-- start: believes key-error-in-quotes -->\n" + ONE_KEY + SOLUTION
        + TWO_KEYS, 3, "the start believes not key-error-in-quotes, but 0"),
    "a solution without a test that runs": (
        START + ONE_KEY + SOLUTION + SKIPPED, 3,
        "the solution has no test that passes"),
    "an exercise on nothing of ours": (
        START + "```python\n# test_a.py\n```\n" + SOLUTION + TWO_KEYS, 3,
        "the exercise cannot be checked"),
}
READ = {
    "a missing name": ("One\ntwo `no_such_name`.\n", 2,
                       "`no_such_name`: no_such_name is not known here"),
    "a part of a name": (
        "```toml\nname = 1\n```\n\n`nam` and `name`\n", 5,
        "nam is not known here"),
    "a missing attribute": ("`client.GithubOrgClient.orgs`\n", 1,
                            "is not known here"),
    "a missing target of patch": ('`patch("client.get_jsn")`\n', 1,
                                  "client.get_jsn is not known here"),
    "a missing argument": ("`patch(replaces_it=1)`\n", 1,
                           "replaces_it is not known here"),
    "a missing fault": ("`org-not-there`\n", 1, "no fault, and nothing else"),
    "a missing file": ("`no_such_file.py`\n", 1, "there is no such file"),
    "a missing command": ("`winnow chekc`\n", 1, "winnow has no command"),
    "a missing option": ("`winnow check --al`\n", 1, "no option --al"),
    "an option by itself": ("`--al`\n", 1, "no block here shows"),
    "a missing target": ("`make tea`\n", 1, "the Makefile has no tea"),
    "a missing module": ("`python -m unitest`\n", 1, "no module unitest"),
    "what is no code": ("`a b`\n", 1, "it is no Python"),
    "a dead link": ("\n[here](nowhere.md)\n", 2, "leads to no file"),
    "a dead anchor": ("# One\n\n[here](#two)\n", 3, "leads to no heading"),
    "a dead image": ("![here](nowhere.png)\n", 1, "leads to no file"),
    "a link without a host": ("[here](https:///a)\n", 1, "not well formed"),
    "another scheme": ("[here](ftp://example.org/a)\n", 1, "is neither"),
    "a line too long": (f"```python\n\nx = '{'y' * 75}'\n```\n", 3,
                        "a line of 81 columns"),
    "a language": ("\n```ruby\n```\n", 2, "the language 'ruby' is unknown"),
    "a block without an end": ("```python\nx = 1\n", 1, "never closed"),
    "code without a fence": ("Text\n\n    x = 1\n", 3, "only indented"),
    "a block within HTML": (
        "<details>\n```python\n```\n</details>\n", 1, "is not seen as one"),
    "a fold that stays open": (
        "<details><summary>A</summary>\n\ntext\n", 3, "not in pairs"),
    "a mark that there is not": (
        "<!-- skip: slow -->\n```sh\nls\n```\n", 1, "'skip' is unknown"),
    "a mark above no block": (
        "<!-- reader only: slow -->\n\ntext\n", 1, "above no block"),
    "no reason": (
        "<!-- reader only -->\n```sh\nls\n```\n", 1, "no reason is given"),
    "a comment": ("<!-- To do! -->\n", 1, "a comment that is no mark"),
    "spaces at the end": ("text  \n", 1, "white space"),
}
# Here everything is as it should be.
RIGHT = f"""# The one page

[Above](#the-one-page), and [Python](https://docs.python.org/3/). `patch` is
`unittest.mock.patch`, `winnow check --all` a command, `tea` a name below;
`org-not-memoized` is a fault, `utils.py` a file, `fetch` stands in no page but
in [a file](sorted.toml), `patch("client.get_json", …)` is code.

```python
tea = 1
print(tea, 2, 3.25)
print("one line that is longer")
print("and the last")
```

```text
1 2 3.25
one line ...
...
```

{TEST_CASE.format(3)}

{FAILURE.format(3)}

```console
$ python -c 'import sys; print("late", file=sys.stderr); sys.exit(3)'
late
$ echo one; echo two
one
two
```

<!-- in the project -->
```sh
test -f Makefile
```

<!-- reader only: nobody runs it -->
```python
1 / 0
```

<details><summary>More</summary>

```json
[1]
```

</details>

{START}{ONE_KEY}{SOLUTION}{TWO_KEYS}

{KNOWS_TOO_MUCH}{SOLUTION}{TWO_KEYS}

{DOES_NOTHING}{SOLUTION}{TWO_KEYS}
"""


def written(folder: Path, name: str, text: str) -> Path:
    """Write a page; return its path."""
    path = folder / f"{name.replace(' ', '_')}.md"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture(scope="module")
def played(request: pytest.FixtureRequest,
           tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Played]:
    """Give what came of each page that is wanted, all executed together."""
    folder = tmp_path_factory.mktemp("pages")
    asked = [*asked_for(request, "name")]
    paths = {name: written(folder, name, text) for name, (text, _, _) in
             {**PLAYED, "right": (RIGHT, 0, "")}.items()
             if name in asked or name == "right"}
    found = {each.page: each for each in proof.played([*paths.values()])}
    return {name: found[path.name] for name, path in paths.items()}


@pytest.mark.parametrize("name", PLAYED)
@pytest.mark.by_turns("soak", "slow", "soak")
def test_what_does_not_happen_as_shown_is_found(
        name: str, played: Mapping[str, Played]) -> None:
    """The page and the line come first, as compilers have it."""
    _, line, words = PLAYED[name]

    complaint, *more = proof.complaints(played[name])

    assert complaint.startswith(f"{name.replace(' ', '_')}.md:{line}: ")
    assert words in complaint
    assert more == []


@pytest.mark.parametrize("name", READ)
def test_what_is_not_there_is_found(name: str, tmp_path: Path) -> None:
    """And what of a page's form would not be seen."""
    text, line, words = READ[name]

    finding, *more = proof.read_off(written(tmp_path, name, text))

    assert str(finding).startswith(f"{name.replace(' ', '_')}.md:{line}: ")
    assert words in str(finding)
    assert more == []


def test_where_nothing_is_wrong_nothing_is_found(
        tmp_path: Path, played: Mapping[str, Played]) -> None:
    """Each kind of block, name, link and mark, as it should be."""
    (tmp_path / "sorted.toml").write_text('by = "fetch"', "utf-8")
    path = written(tmp_path, "right", RIGHT)

    result = played["right"]

    assert proof.read_off(path) == []
    assert proof.complaints(result) == []
    assert (result.executed, result.compared, result.proved) == (10, 4, 3)
    assert result.left == [[54, "for the reader alone: nobody runs it"]]


@pytest.mark.parametrize(("shown", "printed", "line"), [
    ("a\nb\n", "a\nb\n", None),
    ("a\n", "a\nb\n", 1),
    ("a\nb\n", "a\n", 1),
    ("b\n", "a\n", 0),
    ("", "a\n", 0),
    ("", "", None),
    ("a\n...\nd\n", "a\nb\nc\nd\n", None),
    ("a\n...\nd\n", "a\nb\nc\n", 2),
    ("...\n", "a\nb\n", None),
    ("...\nb\n", "a\nb\nc\n", 2),
    ("a b...\n", "a b c\n", None),
    ("a b...\n", "a c\n", 0),
    ("Ran 1 test in 0.000s\n", "Ran 1 test in 1.234s\n", None),
    ("Ran 1 test in 0.000s\n", "Ran 2 tests in 0.000s\n", 0),
    ("<Mock id='1'>\n", "<Mock id='140'>\n", None),
    ("f()\n", "f()\n~~^^\n", None),
    ('File "t.py", line 3\n', 'File "/tmp/x/t.py", line 3\n', None),
    ('File "t.py", line 3\n', 'File "/tmp/x/t.py", line 4\n', 0),
    ('File "mock.py", line 1\n',
     'File "/usr/lib/python3.11/unittest/mock.py", line 950\n', None),
])
def test_an_output_is_compared_but_for_what_chance_decides(
        shown: str, printed: str, line: int | None) -> None:
    """Times and places differ from run to run; all else may not."""
    assert outputs.differs(shown, printed) == line


def test_another_python_may_word_an_output_otherwise(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a comparison is left out, and counted with its reason."""
    monkeypatch.setattr(outputs, "IS_RECORDED", False)
    result = Played("a.md")
    player = Player(Path(), frozenset())

    player._compare(1, "1\n", apart.Ran("2\n", 0), result)

    assert result.findings == []
    assert [line for line, _ in result.left] == [1]
    assert "words otherwise than 3.11" in result.left[0][1]


def test_a_lesson_that_is_not_there_is_found(tmp_path: Path) -> None:
    """For faults and for confusions."""
    first = confusions()[0]
    assert first.lesson
    (tmp_path / f"{first.lesson}.md").write_text("# One\n", "utf-8")

    lost = [str(each) for each in links.lost_lessons(tmp_path)]

    assert any("faults.toml:0: fault org-fixed: there is no lesson" in each
               for each in lost)
    assert any("confusion property-called: there is" in each for each in lost)
    assert not any(first.name in each for each in lost)


def test_a_fault_that_its_lesson_does_not_name_is_found(
        tmp_path: Path) -> None:
    """Whoever is sent to a lesson finds the fault there."""
    (tmp_path / "17_mocks_keep_references.md").write_text("# 15\n", "utf-8")

    lost = [str(each) for each in links.lost_lessons(tmp_path)]

    assert [each for each in lost if "does not name" in each] == [
        "17_mocks_keep_references.md:0: it does not name "
        "public-repos-edit-the-payload"]


def test_a_lesson_that_nothing_leads_to_is_found(tmp_path: Path) -> None:
    """It is to be on the map, and its questions on the page of questions."""
    for name in ("01_names", "02_errors"):
        written(tmp_path, name, (
            "\n## Check yourself\n\n### Why?\n\n### How?\n"))
    written(tmp_path, "README", "[1](01_names.md)\n")
    written(tmp_path, "interview", (
        "### Why?\n\n[How?](01_names.md#how)\n"))

    unlisted = [str(each) for each in links.unlisted(tmp_path)]

    assert unlisted == [
        "README.md:0: the map leaves out 02_errors.md",
        "02_errors.md:6: interview.md leaves out: How?"]


def test_a_name_may_be_let_through_on_one_page(tmp_path: Path) -> None:
    """An exception is one of a page, unless it is one of all."""
    table = tmp_path / "allowed.toml"
    table.write_text("".join(
        f'[[allowed]]\nname = {json.dumps(name)}\nreason = "It is so."\n{end}'
        for name, end in [("a b", ""), ("c d", 'page = "one.md"\n')]))

    assert list(names.exceptions("one.md", table)) == ["a b", "c d"]
    assert list(names.exceptions("two.md", table)) == ["a b"]
