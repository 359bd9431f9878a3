"""`[tool.winnow]` in a project's pyproject.toml.

- each setting is what an option is, and the command line wins
- where the settings are found, and from where their paths are
- what is wrong is said with file, line and the nearest name
"""
import argparse
from pathlib import Path

import pytest

from tests.support.checking import write
from winnow.cli import main
from winnow.cli.arguments import parsed
from winnow.cli.project_settings import SETTINGS, WrongSetting

FILES = {"src/shop/__init__.py": "", "src/shop/prices.py": "A = 1\n",
         "tests/test_prices.py": "", "legacy.py": ""}
HEAD = "[project]\nname = 'shop'\n\n[tool.winnow]\n"
ALL = HEAD + """modules = ["shop", "legacy.py"]
tests = ["tests"]
exclude = ["*.__repr__"]
operators = ["!constant", "no-*"]
runner = "pytest"
timeout = 10
timeout-factor = 2.5
memory = 0.5
copy-limit = 512
jobs = 4
fail-under = 85.5
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project that is a repository; the current folder is its root."""
    write(tmp_path / "shop", {**FILES, ".git/HEAD": ""})
    monkeypatch.chdir(tmp_path / "shop")
    return tmp_path / "shop"


def asked(project: Path, settings: str, *arguments: str
          ) -> argparse.Namespace:
    """Return what a check is asked for with these settings."""
    (project / "pyproject.toml").write_text(settings)
    return parsed(["check", *arguments])


def test_each_setting_is_what_its_option_is(project: Path) -> None:
    """A module may be a dotted name, of what is in `src` too."""
    options = asked(project, ALL)

    values = {key: getattr(options, each.attribute)
              for key, each in SETTINGS.items()}
    assert values == {
        "modules": ["src/shop", "legacy.py"], "tests": ["tests"],
        "exclude": ["*.__repr__"], "operators": ["!constant", "no-*"],
        "runner": "pytest", "timeout": 10, "timeout-factor": 2.5,
        "memory": 0.5, "copy-limit": 512, "jobs": 4, "fail-under": 85.5}


WON = {"modules": ("--module", "src/shop/prices.py"), "tests": ("src",),
       "exclude": ("--exclude", "a"), "operators": ("--operator", "key"),
       "runner": ("--runner", "unittest"), "timeout": ("--timeout", "7"),
       "timeout-factor": ("--timeout-factor", "7"),
       "memory": ("--memory", "7"), "copy-limit": ("--copy-limit", "7"),
       "jobs": ("--jobs", "7"), "fail-under": ("--fail-under", "7")}


@pytest.mark.parametrize("key", SETTINGS)
def test_the_command_line_wins(key: str, project: Path) -> None:
    """Over the one setting, and the others stay."""
    before = vars(asked(project, ALL))
    after = vars(asked(project, ALL, *WON[key]))

    given = after[SETTINGS[key].attribute]
    assert given in ([WON[key][-1]], WON[key][-1], 7)
    assert {name for name in after if before[name] != after[name]} <= {
        SETTINGS[key].attribute, "root", "typed"}


@pytest.mark.parametrize("key", SETTINGS)
def test_a_setting_alone_is_in_order(key: str, project: Path) -> None:
    """As the example has it that a wrong one is answered with."""
    example = SETTINGS[key].example.replace("legacy", "prices")
    options = asked(project, f'{HEAD}{key} = {example}\n',
                    "--module", "legacy.py")

    assert getattr(options, SETTINGS[key].attribute)


def test_from_a_folder_below_it_is_as_from_the_root(
        project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where neither tests nor modules are named; else paths are as typed."""
    (project / "pyproject.toml").write_text(ALL)
    monkeypatch.chdir(project / "src")

    plain = parsed(["check"])
    named = parsed(["check", "--module", "shop/prices.py"])

    assert (plain.root, plain.module, plain.paths) == (
        project, ["src/shop", "legacy.py"], ["tests"])
    assert (named.root, named.module, named.paths) == (
        None, ["shop/prices.py"], ["../tests"])


def test_settings_further_up_count_up_to_the_repositorys_top(
        project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pyproject.toml without any is passed over, and other tools' too."""
    write(project, {"pyproject.toml": ALL,
                    "src/pyproject.toml": "[tool.other]\nname = 'winnow'\n",
                    "legacy/.git": ""})
    monkeypatch.chdir(project / "src")
    assert parsed(["check"]).module
    monkeypatch.chdir(project / "legacy")
    assert not parsed(["check"]).module


@pytest.mark.parametrize("arguments", [
    ("--exercise", "github"), ("..",), ("tests", "../elsewhere")])
def test_what_is_about_something_else_is_not_touched(
        arguments: tuple[str, ...], project: Path) -> None:
    """An exercise, and tests outside of the project."""
    options = asked(project, ALL, *arguments)

    assert (options.module, options.operator) == (None, [])


def test_settings_without_modules_are_for_those_on_the_command_line(
        project: Path) -> None:
    """An exercise takes of them what it can."""
    settings = HEAD + 'tests = ["tests"]\ntimeout = 9\nexclude = ["a"]\n'

    exercise = asked(project, settings)
    own = asked(project, settings, "--module", "legacy.py")

    assert (exercise.paths, exercise.timeout, exercise.exclude) == (
        ["."], 9, [])
    assert (own.paths, own.timeout, own.exclude) == (["tests"], 9, ["a"])


WRONG = {
    'module = ["shop"]': "There is no setting module: did you mean modules?",
    "fail_under = 3": "There is no setting fail_under: did you mean "
                      "fail-under?",
    "zzz = 1": "There is no setting zzz: there are modules, tests, exclude,",
    'modules = "shop"': 'modules has to be a list of strings, as in modules = '
                        '["src/shop"].',
    "modules = [1]": "modules has to be a list of strings,",
    'modules = [""]': "modules has to be a list of strings,",
    'modules = ["src/shp"]': "There is no module src/shp: did you mean "
                             "src/shop?",
    'modules = ["shopp"]': "There is no module shopp: did you mean "
                           "src/shop?",
    'modules = ["legacy.yp"]': "There is no module legacy.yp: did you mean "
                               "legacy.py?",
    'tests = ["test"]': "There is no file or folder test.",
    'operators = ["boundry"]': "operators: there is no operator boundry: did "
                               "you mean boundary?",
    'operators = ["!konstant"]': "operators: there is no operator konstant: "
                                 "did you mean constant?",
    'runner = "nose"': "There is no runner nose: there are",
    'runner = "pytests"': "There is no runner pytests: did you mean pytest?",
    'timeout = "10"': "timeout has to be a number, as in timeout = 10.",
    "timeout = true": "timeout has to be a number,",
    "timeout = 0": "timeout: 0 is not above 0.",
    "timeout = nan": "timeout: nan is not above 0.",
    "timeout-factor = 0.5": "timeout-factor: 0.5 is below 1:",
    "memory = -1": "memory: -1 is not above 0.",
    "jobs = 1.5": "jobs has to be a whole number, as in jobs = 4.",
    "jobs = 0": "jobs: 0 is not above 0.",
    "fail-under = 101": "fail-under: 101 is not from 0 to 100.",
    "fail-under = nan": "fail-under: nan is not from 0 to 100.",
    "exclude = 1": "exclude has to be a list of strings,",
}


@pytest.mark.parametrize("setting", WRONG)
def test_what_is_wrong_is_said_with_its_line(
        setting: str, project: Path) -> None:
    """And with what would be right."""
    settings = f"{HEAD}copy-limit = 9\n# {setting}\n {setting}\n"

    with pytest.raises(WrongSetting) as error:
        asked(project, settings)

    assert str(error.value).startswith("pyproject.toml, line 7: "
                                       + WRONG[setting])


@pytest.mark.parametrize(("settings", "said"), [
    ("[tool.winnow\n", "pyproject.toml is not TOML: "),
    ("[ tool . 'winnow' ]\na = \n", "(at line 2, column 5)."),
    ("[tool]\nwinnow = 3\n", "tool.winnow has to be a table"),
    ("tool.winnow.jbos = 3\n", "line 1: There is no setting jbos: did you "
                               "mean jobs?"),
    ("[tool]\nwinnow = {jbos = 3}\n", "line 2: There is no setting jbos"),
    ("[tool.winnow.jbos]\n", "line 1: There is no setting jbos"),
    ("[tool.winnow]\n'jbos' = 3\n", "line 2: There is no setting jbos"),
])
def test_however_it_is_written_down(
        settings: str, said: str, project: Path) -> None:
    """TOML knows several ways, and ways to be wrong."""
    with pytest.raises(WrongSetting, match="pyproject.toml") as error:
        asked(project, settings)

    assert said in str(error.value)


def test_a_file_that_is_none_of_ours_may_be_broken(project: Path) -> None:
    """Whoever reads it complains."""
    assert not asked(project, "[project\nname = 'winnow'\n").module


def test_wrong_settings_are_a_sentence_and_status_2(
        project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As whatever else cannot be asked for."""
    (project / "pyproject.toml").write_text(HEAD + "jobs = 0\n")

    assert main.run(["check"]) == 2

    assert capsys.readouterr() == (
        "", "winnow: pyproject.toml, line 5: jobs: 0 is not above 0.\n")
