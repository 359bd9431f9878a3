"""Private names of other people's modules that are relied on here.

None is promised by its owner, so each has its reason here, and a test looks
for all of them in every Python and pytest that is at hand. Seen in Python
3.10 to 3.13 and in pytest 9.
"""
from __future__ import annotations

import importlib
import inspect
import re
import sys
from collections.abc import Mapping

# By the module that has them: the name, and what has no public one.
PRIVATE: Mapping[str, Mapping[str, str]] = {
    "unittest.suite": {
        "_handleClassSetUp": "which tests a class is set up for",
        "_handleModuleFixture": "which tests a module is set up for",
        "_handleModuleTearDown": "to set all up anew for another round",
        "_tearDownPreviousClass": "to set all up anew for another round",
        "_previousTestClass": "whether a class is set up already",
        "_removeTestAtIndex": "to keep a test that will run again",
    },
    "unittest.case": {
        "_testMethodName": "whether it is a test, or stands for a fixture",
    },
    "unittest.async_case": {
        "_asyncioTestContext": "from 3.11: to give each run a context",
    },
    "unittest.loader": {
        "_exception": "why a load_tests has failed",
    },
    "unittest.mock": {
        "_patch": "which patches were started and not stopped",
        "_active_patches": "which patches were started and not stopped",
        "_extract_mock_name": "how a mock is named in an error",
        "_mock_children": "what was set on a mock",
        "_mock_return_value": "what a mock gives, without making it",
        "_mock_side_effect": "what a mock does, without calling it",
    },
    "threading": {
        "_DummyThread": "threads that Python did not start",
        "_target": "what a thread runs, to name it",
    },
    "logging": {
        "_clear_cache": "to let loggers hear of a level put back",
    },
    "asyncio.events": {
        "_get_running_loop": "in a browser's page one always runs",
        "_set_running_loop": "in a browser's page one always runs",
    },
    # What of pytest has no underscore is private by its module.
    "_pytest.debugging": {
        "usepdb": "the debugger would wait for somebody to type",
        "trace": "the debugger would wait for somebody to type",
    },
    "_pytest.fixtures": {
        "FixtureDef": "which fixtures a test asks for",
        "execute": "to hear of each time that a test asks for one",
    },
    "_pytest.outcomes": {
        "Failed": "whether pytest is loaded: `pytest.Failed` is of it",
    },
    "_pytest.runner": {
        "_setupstate": "to tear down between two rounds",
    },
    "_pytest.python": {
        "_instance": "to give each run an object of its own",
        "_obj": "to give each run an object of its own",
    },
    "hypothesis.internal.conjecture.providers": {
        "_seen_modules": "which modules it draws no constants from",
    },
}


def missing(modules: Mapping[str, Mapping[str, str]] = PRIVATE) -> list[str]:
    """Return those names that this Python, or this pytest, has no more."""
    return [f"{module}.{name}" for module, names in modules.items()
            for source in [inspect.getsource(importlib.import_module(module))]
            for name, why in names.items() if _is_due(why)
            and not re.search(rf"\b{name}\b", source)]


def _is_due(why: str) -> bool:
    """Tell whether a name is to be expected in this Python."""
    since = re.match(r"from (\d+)\.(\d+): ", why)
    return since is None or sys.version_info >= tuple(map(int, since.groups()))


def main() -> None:
    """Print what this Python lacks; the libraries may not be in it."""
    print(missing({module: names for module, names in PRIVATE.items()
                   if not module.startswith(("_pytest", "hypothesis"))}))


if __name__ == "__main__":
    main()
