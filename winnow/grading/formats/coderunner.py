"""What a combinator template grader of CodeRunner prints: its docs/index.md.

`prologuehtml` is put into the page as it is, so all is escaped; the cells of
`testresults` CodeRunner escapes itself.
"""
from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup, escape

from winnow.grading.amounts import decimal
from winnow.grading.feedback import Feedback

from .shared import as_text, missed, overall


def render(told: Feedback, environment: Mapping[str, str]
           ) -> Mapping[str, str]:
    """Return what goes to standard output; nothing may go to the other."""
    rows: list[list[object]] = [["iscorrect", "Part", "Good", "Points",
                                 "To do"]]
    rows += [[int(item.points >= item.possible), item.title,
              f"{item.good} of {item.every}",
              f"{decimal(item.points)} of {decimal(item.possible)}",
              missed(item)] for item in told.items]
    said = escape(overall(told)).replace("\n", Markup("<br>"))
    return {"coderunner.json": as_text({
        "fraction": float(told.share), "prologuehtml": f"<p>{said}</p>",
        "testresults": rows if told.items else []})}
