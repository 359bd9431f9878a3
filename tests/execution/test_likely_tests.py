"""The order in which tests are asked about a change."""
from winnow.execution.fork.likely_tests import MOST_KILLERS, LikelyTests


def test_who_told_comes_first_then_who_knows_little_else() -> None:
    """Each test once, and another row of a test after the other tests."""
    tests = LikelyTests()
    tests.count([("wide", "row[1]", "row[2]", "own"), ("wide", "row[1]"),
                 ("wide",)])
    aim = ["wide", "row[1]", "row[2]", "own"]

    unlearned = tests.ordered("f", aim)
    tests.learn("f", "wide")
    tests.learn("g", "row[2]")

    assert unlearned == ["own", "row[1]", "wide", "row[2]"]
    assert tests.ordered("f", aim) == ["wide", "row[2]", "own", "row[1]"]
    assert tests.ordered("h", ["own", "wide"]) == ["own", "wide"]


def test_few_are_remembered_the_last_first() -> None:
    """Else whoever told long ago would be asked before all others."""
    tests = LikelyTests()
    told = [f"t{number}" for number in range(MOST_KILLERS + 2)]
    for test in (*told, "t1"):
        tests.learn("f", test)

    ordered = tests.ordered("f", told)

    assert ordered[:MOST_KILLERS] == ["t1", "t5", "t4", "t3"]
    assert sorted(ordered) == told
