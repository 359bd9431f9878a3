"""What the command says of itself: a bug of Winnow's own is no finding."""
import pytest

from winnow.cli import main


def fail(options: object) -> int:
    """Fail as a program does that has a bug."""
    raise ValueError("one\ntwo")


@pytest.fixture(autouse=True)
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a command have a bug; leave the signals of this process alone."""
    monkeypatch.setitem(main._COMMANDS, "explain", fail)
    monkeypatch.setattr(main, "stop_at_signals", lambda: None)


def test_a_bug_of_ours_is_told_in_a_sentence(
        capsys: pytest.CaptureFixture[str]) -> None:
    """With a status of its own: 1 would say that faults were missed."""
    status = main.run(["explain"])

    out, err = capsys.readouterr()
    assert (status, out) == (3, "")
    assert err.startswith("winnow: This is a bug in Winnow, not in your "
                          "tests: ValueError: one two (test_cli.py, line ")
    assert "Please report it" in err and "--debug" in err
    assert "Traceback" not in err and err.count("\n") == 1


def test_who_asks_for_it_is_shown_the_traceback(
        capsys: pytest.CaptureFixture[str]) -> None:
    """It belongs into a report of the bug."""
    assert main.run(["explain", "--debug"]) == 3

    err = capsys.readouterr().err
    assert err.startswith("Traceback") and "in fail" in err
