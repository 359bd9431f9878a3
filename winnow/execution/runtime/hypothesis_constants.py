"""Keeps Winnow's own modules out of what Hypothesis draws its inputs from."""
from __future__ import annotations

import sys


def pass_over_our_modules() -> None:
    """Let Hypothesis take Winnow's modules for read.

    It collects the constants of all modules outside of site-packages (6.170,
    internal/conjecture/providers.py). Where Winnow is installed as editable,
    its own are among them: each clone would read all of Winnow, and draw other
    inputs than without it. The set has a private name; where there is none of
    that name, nothing is done.
    """
    module = sys.modules.get("hypothesis.internal.conjecture.providers")
    seen = getattr(module, "_seen_modules", None)
    if isinstance(seen, set):
        seen.update(id(each) for name, each in list(sys.modules.items())
                    if name.partition(".")[0] == "winnow")
