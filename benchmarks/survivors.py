"""Which mutants of the reference modules live on, and whether they may.

mutmut and cosmic-ray change `utils.py` and `client.py`; the exemplary suites
run on each mutant, and the tests of what the modules promise beyond them.
`equivalents.toml` has each mutant that no test can tell from the original,
with the reason. Any other that lives is printed, with exit status 1.
"""
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mutants import FILES, SUITES, cosmic_ray, lay, mutmut

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TABLE = Path(__file__).with_name("equivalents.toml")
TESTS = ("tests/exercises/test_reference_modules.py",
         "tests/exercises/test_schema.py")

# The lines that a diff takes away and adds: "-old" and "+new".
Change = tuple[str, ...]


def change(diff: str) -> Change:
    """Return what a diff changes, however much is shown around it."""
    return tuple(
        line[0] + line[1:].strip() for line in diff.splitlines()
        if line.startswith(("-", "+"))
        and not line.startswith(("---", "+++")))


def live_on() -> dict[Change, str]:
    """Return the diffs of all mutants that no test notices."""
    found: dict[Change, str] = {}
    for tester in (mutmut, cosmic_ray):
        with tempfile.TemporaryDirectory() as folder:
            lay(Path(folder), (*FILES, "tests"))
            tested = tester(Path(folder), (*SUITES, *TESTS))
        print(f"{tester.__name__}: {tested.mutants} mutants in "
              f"{tested.seconds:.0f} s, {len(tested.survivors)} live on")
        found.update((change(diff), diff) for diff in tested.survivors)
    return found


def equivalents() -> dict[Change, str]:
    """Return the reasons of the table, by what they are about."""
    entries = tomllib.loads(TABLE.read_text("utf-8")).get("equivalent", [])
    return {change(entry["diff"]): entry["reason"] for entry in entries}


def show(heading: str, diffs: Sequence[str]) -> None:
    """Print diffs below what is to be said of them, if there are any."""
    if diffs:
        print("", heading, *diffs, sep="\n\n")


def main() -> int:
    """Compare both; return 0 where every survivor has its reason."""
    known, found = equivalents(), live_on()
    unknown = [found[each] for each in found if each not in known]
    gone = ["\n".join(each) for each in known if each not in found]
    show("No longer made, or noticed by now; take it from the table:", gone)
    show("A mutant lives on, and no reason is given:", unknown)
    print(f"\n{len(found)} changes live on, {len(found) - len(unknown)} of "
          "them equivalent by the table")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
