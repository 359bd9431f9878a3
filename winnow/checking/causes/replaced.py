"""Patches that put the wrong thing in place of another."""
from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .asked import Names
from .failure import Failure
from .known_module import Meaning
from .patches import PLAIN, Patch, around
from .source import code_of, text_of

_ABOUT_MOCKS = re.compile(
    r"\w*Mock\b|[Cc]alled 0 times|not called|to have been called|"
    r"calls? not found|\[\] [!=]= |Lists differ: \[\] ")


def property_as_callable(failure: Failure) -> Names | None:
    """A new_callable=property, which makes a property and no mock of one."""
    for patch in around(failure):
        if patch.kind == "property" and patch.given("new_callable"):
            return {"line": str(patch.line), "write": _as_property(
                failure, patch)}
    return None


def property_as_mock(failure: Failure) -> Names | None:
    """A property of the class, replaced by a mock that waits to be called."""
    if not _ABOUT_MOCKS.search(failure.message) and not _met_a_mock(failure):
        return None
    for patch, found in _replaced(failure):
        if found.sort == "property" and patch.kind in PLAIN and (
                patch.new is None or isinstance(patch.new, ast.Call)):
            return {"name": found.name, "line": str(patch.line),
                    "write": _as_property(failure, patch)}
    return None


def property_of_an_instance(failure: Failure) -> Names | None:
    """A property that is set, or patched, on an object of its class."""
    found = re.search(r"property '(?P<name>\w+)' of '(?P<class>\w+)' object "
                      r"has no (?:setter|deleter)|can't (?:set|delete) "
                      r"attribute '?(?P<other>\w+)?", failure.message)
    patch = next((each for each in around(failure) if each.instance
                  and each.how == "with" and each.line == failure.line), None)
    if found is None and not (
            patch and "another machine" in failure.message):
        return None
    name = (found["name"] or found["other"] or "") if found else ""
    owner = found["class"] if found else None
    if patch:
        name = name or patch.name
        owner = owner or patch.target.split(".")[-2]
    for member in ast.walk(failure.statement or failure.page.tree):
        if not name and isinstance(member, ast.Attribute) and isinstance(
                member.ctx, ast.Store):
            name = member.attr
    if not owner:
        owner = next((each for each in failure.subject.classes()
                      if name in failure.subject.members(each)), "TheClass")
    return {"write": f'patch.object({owner}, "{name}", '
                     "new_callable=PropertyMock, return_value=…)"}


def method_as_property(failure: Failure) -> Names | None:
    """A method that PropertyMock has made a property of."""
    if "is not callable" not in failure.words:
        return None
    for patch, found in _replaced(failure):
        if patch.kind == "PropertyMock" and found.sort in (
                "method", "static", "function"):
            return {"name": found.name, "line": str(patch.line),
                    "write": patch.written(
                        f"return_value={answer_in(failure, patch)}")}
    return None


def tested_itself(failure: Failure) -> Names | None:
    """A test that replaces the very thing that it calls then."""
    name = called_mock(failure)
    return {"name": name} if name else None


def called_mock(test: Failure) -> str:
    """Return what a test has replaced, and calls; nothing if there is none.

    The test may pass or fail, as long as nothing of the modules runs.
    """
    if (test.runs_code is not False or test.function is None
            or not test.page.may_replace):
        return ""
    for patch, found in _replaced(test):
        if found.sort != "instance" and _is_called(test, patch):
            return found.name
    for node in ast.walk(test.function):
        if isinstance(node, ast.Assign) and isinstance(
                node.targets[0], ast.Attribute) and isinstance(
                    node.value, ast.Call) and text_of(
                        node.value.func).endswith("Mock"):
            name = node.targets[0].attr
            if any(members.get(name) in ("method", "static")
                   for members in test.subject.all_members()) and (
                       _calls(test, name, "")):
                return name
    return ""


def no_such_name(failure: Failure) -> Names | None:
    """A patch of a name that the module has not; where code looks it up."""
    message = failure.message
    found = (re.search(r"<module '(?P<module>[\w.]+)'.*does not have the "
                       r"attribute '(?P<name>\w+)'\s*\Z", message, re.DOTALL)
             or re.search(r"\bmodule '(?P<module>[\w.]+)' has no attribute "
                          r"'(?P<name>\w+)\b", message)
             or re.search(r"No module named '(?P<module>[a-z]\w*)\."
                          r"(?P<name>\w+)'; .* is not a package", message))
    if not found or not (_patches_line(failure) or any(
            each.target.startswith(f"{found['module']}.")
            for each in around(failure))):
        return None
    return _place_for(failure, found["module"], found["name"])


def no_such_member(failure: Failure) -> Names | None:
    """A patch of what a class has not, near what it has."""
    lacking = re.search(r"<class '(?:[\w.]+\.)?(?P<class>\w+)'> does not have"
                        r" the attribute '(?P<name>\w+)'\s*\Z",
                        failure.message)
    if not lacking:
        return None
    owner, name = lacking["class"], lacking["name"]
    members = failure.subject.members(owner)
    if members.get(name) == "instance":
        return None
    from difflib import get_close_matches
    near = get_close_matches(name, list(members), 1, 0.6)
    if near:
        target = f"{failure.subject.class_in(owner)}.{owner}.{near[0]}"
        found = failure.subject.find(target)
        return {"class": owner, "name": name, "write": (
            f"It has {near[0]}: write `{replacing(found)}`." if found
            else f"It has {near[0]}: patch that.")}
    home = next((each for each in failure.subject.homes(name)
                 if not each.owner or each.sort == "value"), None)
    if home:
        return {"class": owner, "name": name, "write": (
            f"That is a name of the module: write "
            f'patch("{home.target}").')}
    return None


def no_module_at_all(failure: Failure) -> Names | None:
    """A target of patch that does not begin with a module."""
    if not re.search(r"Need a valid target to patch|has no attribute 'rsplit"
                     r"|No module named '\w+'|object has no attribute 'split'",
                     failure.message) or not around(failure):
        return None
    for patch in around(failure):
        first = patch.call.args[0]
        target = patch.target
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            target = first.value
        elif not patch.is_object:
            target = failure.page.meant_by(first)
            if target:
                name = target.rpartition(".")[2]
                home = next(iter(failure.subject.homes(name)), None)
                return {"target": text_of(first), "write": replacing(home)
                        if home else f'patch("{target}")'}
        head = target.split(".")[0]
        if failure.subject.knows(head) or "." in target and (
                f"'{head}'" not in failure.message):
            continue
        name = target.rpartition(".")[2]
        for home in failure.subject.homes(
                target.split(".")[0] if "." in target else name):
            whole = (home.target + target[len(head):] if "." in target
                     else home.target)
            return {"target": target, "write": replacing(
                failure.subject.find(whole) or home)}
        near = next(iter(failure.subject.homes(
            failure.subject.nearest(name))), None)
        if near:
            return {"target": target, "write": replacing(near)}
    return None


def object_left_out(failure: Failure) -> Names | None:
    """A patch.object with one string, as patch takes it."""
    if "_patch_object() missing 1 required" not in failure.words:
        return None
    for node in failure.parts:
        if isinstance(node, ast.Call) and text_of(node.func).endswith(
                "patch.object") and len(node.args) == 1:
            given = code_of(node.args[0])
            return {"given": given, "write": f"patch({given})" if isinstance(
                node.args[0], ast.Constant) else
                f'patch.object({given}, "name")'}
    return None


def replacing(found: Meaning, rest: str = "") -> str:
    """Return the patch that replaces what was found, or a `rest` of it."""
    more = (", new_callable=PropertyMock"
            if found.sort == "property" and not rest else "")
    return f'patch("{found.target}{rest}"{more})'


def the_test_file(failure: Failure) -> Names | None:
    """A patch of a name in the test's own file, or in __main__."""
    for patch in around(failure):
        module, _, name = patch.target.rpartition(".")
        own = failure.code.name.removesuffix(".py").replace("/", ".")
        parts = module.split(".")
        if not (parts[0] == "__main__" or module and (
                f"{own}." in f"{module}." or own.endswith(
                    f".{parts[0]}") or own == parts[0])):
            continue
        if not _fails_by(failure, patch):
            continue
        inner = patch.target.removeprefix(f"{module}.")
        home = next(iter(failure.subject.homes(inner)), None) or next(
            iter(failure.subject.homes(failure.subject.nearest(inner))), None)
        what = ("the program that runs the tests" if parts[0] == "__main__"
                else "the file of tests itself")
        return {"target": patch.target, "what": what,
                "write": replacing(home) if home else
                'patch("module.name")'}
    return None


def _fails_by(failure: Failure, patch: Patch) -> bool:
    """Tell whether a failure may come of a patch that changes nothing."""
    return (any(f"'{part}'" in failure.message
                for part in patch.target.split(".")[1:])
            or "another machine" in failure.message
            or bool(re.search(r"[Cc]alled 0 times|not called|to have been "
                              r"called|\w*Mock\b", failure.message)))


def _place_for(failure: Failure, module: str, name: str) -> Names | None:
    """Return where code under test looks up a name that a module has not."""
    subject = failure.subject
    file = subject.file_of(module) if subject.knows(module) else (
        f"{module.replace('.', '/')}.py")
    said = {"file": file, "name": name}
    if module.split(".")[0] == "__main__":
        return None
    # As in patch("client.requests.get"): the next part is what is replaced.
    rest = next((each.target[len(module) + 1:] for each in around(failure)
                 if each.target.startswith(f"{module}.{name}")), name)
    homes = [each for each in subject.homes(name)
             if (each.module != module or each.owner)
             and each.sort != "instance"]
    if homes:
        home = homes[0]
        is_member = bool(home.owner) and home.sort != "value"
        return {**said, "where": f"the class {home.owner} has it" if is_member
                else f"{subject.file_of(home.module)} looks it up",
                "write": replacing(home, rest[len(name):])}
    from difflib import get_close_matches
    near = get_close_matches(name, list(subject.names(module)), 1, 0.7)
    if near:
        return {**said, "write": f'patch("{module}.{near[0]}'
                f'{rest[len(name):]}")', "where": f"it has {near[0]}"}
    return None


def _patches_line(failure: Failure) -> bool:
    """Tell whether the line that fails has to do with a patch."""
    return "patch" in failure.clues["line"] or "setattr" in (
        failure.clues["line"])


def _replaced(failure: Failure) -> Iterator[tuple[Patch, Meaning]]:
    """Yield the patches of what the modules have, and what that is."""
    for patch in around(failure):
        found = failure.subject.find(patch.target)
        if found and not patch.instance and patch.how not in ("made",):
            yield patch, found


def _met_a_mock(failure: Failure) -> bool:
    """Tell whether the code under test got a mock where data belongs."""
    return (failure.fact("asked", "is", "sort") == "mock"
            or any(each.get("sort") == "mock"
                   for each in failure.facts.get("compared", ())))


def _is_called(failure: Failure, patch: Patch) -> bool:
    """Tell whether a test calls, or reads, what it has replaced."""
    if patch.kind == "PropertyMock" or isinstance(
            patch.new, (ast.Dict, ast.List, ast.Constant)):
        return any(isinstance(node, ast.Attribute)
                   and node.attr == patch.name
                   and isinstance(node.ctx, ast.Load)
                   for node in ast.walk(failure.function)
                   ) if failure.function else False
    return _calls(failure, patch.name, patch.bound)


def _calls(failure: Failure, name: str, bound: str) -> bool:
    """Tell whether a test calls a name, other than as its mock."""
    for node in ast.walk(failure.function) if failure.function else ():
        if isinstance(node, ast.Call):
            called = text_of(node.func)
            if called != bound and (
                    called == name or called.endswith(f".{name}")):
                return True
    return False


def answer_in(failure: Failure, patch: Patch) -> str:
    """Return what the test has a mock answer, as code, if it is short."""
    given = patch.given("return_value") or (next((
        each.value for each in patch.new.keywords
        if each.arg == "return_value"), None)
        if isinstance(patch.new, ast.Call) else None)
    for holder in filter(None, (failure.function, patch.where)):
        for node in ast.walk(holder):
            if given is None and isinstance(node, ast.Assign) and (
                    patch.bound) and text_of(node.targets[0]) == (
                        f"{patch.bound}.return_value"):
                given = node.value
    text = code_of(given)
    return text if text and len(text) <= 60 else "…"


def _as_property(failure: Failure, patch: Patch) -> str:
    """Return a patch as it replaces a property."""
    return patch.written("new_callable=PropertyMock",
                         f"return_value={answer_in(failure, patch)}")
