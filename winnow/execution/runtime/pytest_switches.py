"""A pytest plugin that keeps a suite in one process and in order.

Plugins that deal tests out, or mix them, are asked for in many ways: by the
addopts of any settings, by PYTEST_ADDOPTS, by `-p`. To block one would make
its options and its hooks errors. So it is loaded, and what it was asked for
is taken back when all options are known.
"""
from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import pytest

# By the plugins' modules: the names under which pytest keeps their options,
# and what these are to be. A project may have options of the same names.
_SWITCHED: Mapping[str, Mapping[str, Any]] = {
    "xdist.plugin": {
        "numprocesses": 0, "dist": "no", "tx": [], "distload": False},
    "xdist.looponfail": {"looponfail": False},
    "pytest_parallel": {"workers": None, "tests_per_worker": None},
    "pytest_forked": {"forked": False},
    "pytest_randomly": {"randomly_reorganize": False},
    # It is off only where all three are as if nobody had given them.
    "random_order.plugin": {
        "random_order_enabled": False, "random_order_seed": "default:1",
        "random_order_bucket": "default:module"},
    # It leaves out the tests of what it believes to be unchanged.
    "testmon.pytest_testmon": {"no-testmon": True},
    # What is timed is soon called a million times, on every variant.
    "pytest_benchmark.plugin": {
        "benchmark_max_time": "0.01", "benchmark_min_rounds": 1},
    # The debugger would wait for somebody to type.
    "_pytest.debugging": {"usepdb": False, "trace": False}}


class Switches:
    """The plugin; it must be there before pytest reads its options."""

    @pytest.hookimpl(wrapper=True)
    def pytest_load_initial_conftests(
            self, early_config: pytest.Config
    ) -> Generator[None, object, object]:
        """Let pytest-cov not begin to measure, which it does before the rest.

        What is covered decides no test, and measuring takes time.
        """
        if "pytest_cov.plugin" in _modules(early_config):
            setattr(early_config.known_args_namespace, "no_cov", True)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_main(
            self, config: pytest.Config) -> Generator[None, object, object]:
        """Take back what plugins were asked for, before they look at it."""
        modules = _modules(config)
        for module in modules & _SWITCHED.keys():
            vars(config.option).update(_SWITCHED[module])
        if "pytest_randomly" in modules and isinstance(
                config.getoption("randomly_seed"), str):
            # It stands for another number each time. One that is given is
            # what tests may count on.
            vars(config.option).update(
                randomly_seed=0, randomly_reset_seed=False)
        return (yield)


def _modules(config: pytest.Config) -> set[str]:
    """Return the names of the modules that pytest has taken as plugins."""
    return {str(getattr(plugin, "__name__", ""))
            for plugin in config.pluginmanager.get_plugins()}
