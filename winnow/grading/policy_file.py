"""Reads a policy from `grading.toml`: docs/grading-forms.md has every key."""
from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from winnow.suites.smells import KINDS

from .policy import (
    FAULTS,
    HINTS,
    PARTS,
    RULES,
    SIGHTS,
    BreakPoint,
    GradePart,
    Late,
    Policy,
)
from .policy_text import BrokenPolicy, PolicyText

# The kinds of problems that are seen by running, not by reading.
_MEASURED = ("import", "network", "order", "leak", "no-assertion",
             "executes-nothing", "catches-nothing", "over-mocked", "no-test")
_HOURS = {"hour": 1, "day": 24}
_TOP = ("total", "round-to", "learners-see", "secret", "count-doubtful",
        *PARTS, "late", "caps", "ungradable")
_OF_FAULTS = ("points", "full-at", "steps", "bonus")
_OF_OTHERS = ("points", "full-at", "steps", "bonus", "min-caught")
_OF_RULES = ("points", "each", "bonus", "min-caught")
_DEFAULT = Path(__file__).with_name("default_policy.toml")


def read_policy(path: Path | None) -> Policy:
    """Return the policy of a file, or else the default one.

    Raises `BrokenPolicy` where the file cannot be read, or is wrong.
    """
    given = path or _DEFAULT
    try:
        text = given.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenPolicy(
            f"{given} is not in UTF-8: save it as UTF-8.") from error
    except OSError as error:
        raise BrokenPolicy(
            f"{given} cannot be read: {error.strerror}.") from error
    return parsed(PolicyText(text.replace("\r\n", "\n"), str(given)))


def default_text() -> str:
    """Return the default policy as it is written."""
    return _DEFAULT.read_text("utf-8")


def parsed(text: PolicyText) -> Policy:
    """Return the policy that a text describes; raises `BrokenPolicy`."""
    table = text.known("", text.table, _TOP)
    parts = {name: _part(text, name, table[name])
             for name in PARTS if name in table}
    if not parts:
        parts = dict(read_policy(None).parts)
    basis = sum((part.points for part in parts.values()
                 if not part.is_bonus), Fraction(0))
    if not basis:
        raise text.wrong(next(iter(parts)), "is worth nothing, and neither is "
                         "any other part without `bonus`")
    caps = _caps(text, table.get("caps", {}))
    ungradable = text.known("ungradable", table.get("ungradable", {}),
                            ("submission", "judging"))
    return Policy(
        parts, text.above_zero("total", table["total"])
        if "total" in table else basis,
        _step(text, table["round-to"]) if "round-to" in table
        else Fraction(1, 10),
        text.chosen("learners-see", table.get("learners-see", HINTS), SIGHTS),
        _names(text, table.get("secret", [])),
        text.flag("count-doubtful", table.get("count-doubtful", False)),
        _late(text, table["late"]) if "late" in table else None, *caps,
        _decided(text, "ungradable.submission", ungradable.get(
            "submission", 0)),
        _decided(text, "ungradable.judging", ungradable.get(
            "judging", "none")), text)


def _part(text: PolicyText, name: str, value: object) -> GradePart:
    """Return one part of a grade."""
    keys = (_OF_FAULTS if name in FAULTS
            else _OF_RULES if name == RULES else _OF_OTHERS)
    table = text.known(name, value, keys)
    steps = _steps(text, name, table["steps"]) if "steps" in table else ()
    if steps and "full-at" in table:
        raise text.wrong(f"{name}.full-at", "says nothing beside `steps`: "
                         "leave one of them out")
    if "points" not in table and not steps:
        raise text.wrong(name, "has no `points`: say what it is worth")
    points = (text.number(f"{name}.points", table["points"])
              if "points" in table else steps[-1].points)
    if steps and steps[-1].points > points:
        raise text.wrong(f"{name}.steps", "gives more than its `points`")
    full_at = (text.amount(f"{name}.full-at", table["full-at"])
               if "full-at" in table else None)
    if full_at and not full_at.value:
        raise text.wrong(f"{name}.full-at", "must be above 0")
    return GradePart(
        name, points, full_at, steps,
        text.flag(f"{name}.bonus", table.get("bonus", False)),
        text.number(f"{name}.each", table.get("each", 1)),
        text.amount(f"{name}.min-caught", table.get("min-caught", 1)))


def _steps(text: PolicyText, name: str, value: object
           ) -> tuple[BreakPoint, ...]:
    """Return the break points of a part, the lowest first."""
    place = f"{name}.steps"
    if not isinstance(value, list) or not value:
        raise text.wrong(place, "must be a list such as "
                         "[{ at = 20, points = 35 }, { at = 35, points = 70 "
                         "}]")
    steps = []
    for row in value:
        if not isinstance(row, dict) or set(row) != {"at", "points"}:
            raise text.wrong(place, "has an entry without both `at` and "
                             "`points`, or with something else")
        steps.append(BreakPoint(text.amount(place, row["at"]),
                                text.number(place, row["points"])))
    for one, other in zip(steps, steps[1:]):
        if (one.at.is_share != other.at.is_share
                or one.at.value >= other.at.value
                or one.points >= other.points):
            raise text.wrong(place, "must rise from entry to entry, in both "
                             "`at` and `points`, and all `at` be numbers or "
                             "all be shares")
    return tuple(steps)


def _step(text: PolicyText, value: object) -> Fraction:
    """Return what grades are multiples of, so that two places show them."""
    step = text.above_zero("round-to", value)
    if (step * 100).denominator > 1:
        raise text.wrong("round-to", "must be a multiple of 0.01")
    return step


def _names(text: PolicyText, value: Any) -> tuple[str, ...]:
    """Return the names of secret faults."""
    if not isinstance(value, list) or not all(
            isinstance(name, str) and name for name in value):
        raise text.wrong("secret", "must be a list of names of faults")
    return tuple(value)


def _late(text: PolicyText, value: object) -> Late:
    """Return what lateness costs."""
    table = text.known("late", value, (
        "per", "percent", "points", "grace-hours", "at-most",
        "zero-after-hours"))
    if ("percent" in table) == ("points" in table):
        raise text.wrong("late", "needs one of `percent` and `points`: what "
                         "an hour or a day costs")

    def number(key: str) -> Fraction | None:
        """Return the number at a key, if it is there."""
        return text.number(f"late.{key}", table[key]) if key in table else (
            None)

    percent = number("percent")
    at_most = number("at-most")
    for key, share in (("percent", percent), ("at-most", at_most)):
        if percent is not None and share is not None and share > 100:
            raise text.wrong(f"late.{key}", "must be 100 or less: it is per "
                             "cent of the points earned")
    return Late(_HOURS[text.chosen("late.per", table.get("per", "day"),
                                   _HOURS)],
                percent, number("points"),
                number("grace-hours") or Fraction(0), at_most,
                number("zero-after-hours"))


def _caps(text: PolicyText, value: object) -> tuple[
        Fraction | None, Fraction | None, Mapping[str, Fraction]]:
    """Return the most points: of all, with an invalid test, a problem."""
    table = text.known("caps", value, ("total", "invalid-test", "problem"))

    def number(key: str) -> Fraction | None:
        """Return the number at a key, if it is there."""
        return text.number(f"caps.{key}", table[key]) if key in table else (
            None)

    kinds = text.known("caps.problem", table.get("problem", {}),
                       (*KINDS, *_MEASURED))
    return number("total"), number("invalid-test"), {
        kind: text.number(f"caps.problem.{kind}", most)
        for kind, most in kinds.items()}


def _decided(text: PolicyText, place: str, value: object) -> Fraction | None:
    """Return points that are given in any case, or None if a person decides.
    """
    if value == "none":
        return None
    if isinstance(value, str):
        raise text.wrong(place, 'must be a number of points, or "none", and '
                         "then you decide")
    return text.number(place, value)
