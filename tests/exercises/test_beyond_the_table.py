"""The exemplary suites catch more than the table of faults says.

Faults of five kinds, each a change of a reference module. Whoever reads the
table could write suites for it alone; these kinds once slipped through:

- what is handed through comes back with something added or taken away
- a cache that holds one instance, or answers a few times and then asks again
- a request that is made again after a failure
- names with punctuation
- a record that is no plain mapping

And they pass on modules that keep the contract in other ways than ours, or
do what the contract leaves open.
"""
import unittest
from collections import Counter
from importlib import import_module
from pathlib import Path
from shutil import copy

import pytest

from tests.support.exemplary import (
    ROOT,
    exemplary_tests,
    modules_from,
    result_of,
)

Change = tuple[str, str, str]  # module, text that occurs once, new text

FETCH = "return requests.get(url).json()"
ORG = "return get_json(self.ORG_URL.format(org=self._org_name))"
URL = 'return self.org["repos_url"]'
PAYLOAD = "return get_json(self._public_repos_url)"
NAME = 'repo["name"] for repo in self.repos_payload'
KEPT = """        answers = vars(self)
        if slot not in answers:
            answers[slot] = fn(self)
        return answers[slot]
"""
HAS = 'return access_nested_map(repo, ("license", "key")) == license_key'
IMPORT = "from utils import access_nested_map, get_json, memoize"


def then(line: str, *statements: str, indent: int = 8) -> str:
    """Return a `return` line that does something to `it` before."""
    lines = [line.replace("return", "it =", 1), *statements, "return it"]
    return ("\n" + " " * indent).join(lines)


def fetched(*statements: str) -> Change:
    """Return a change of what `get_json` does with the decoded answer."""
    return "utils", FETCH, then(FETCH, *statements, indent=4)


def of_client(line: str, *statements: str) -> Change:
    """Return a change of what a method of the client does with its answer."""
    return "client", line, then(line, *statements)


def memoized(*lines: str) -> Change:
    """Return another body of the property that `memoize` makes."""
    return "utils", KEPT, "".join(f"        {line}\n" for line in lines)


def around_get_json(*lines: str) -> Change:
    """Return something put between the client and `utils.get_json`."""
    return "client", IMPORT, "\n".join([
        "import functools, utils",
        "from utils import access_nested_map, memoize", "", "", *lines])


HANDED_THROUGH = [
    fetched("if isinstance(it, dict): it['url'] = url"),
    fetched("if isinstance(it, dict): it = {'ok': True, **it}"),
    fetched("if isinstance(it, dict): it = {k: it[k] for k in it if it[k]}"),
    fetched("if isinstance(it, dict): it = it.get('items', it)"),
    fetched("if isinstance(it, list): it = it[:100]"),
    fetched("if isinstance(it, list): it.append({})"),
    fetched("if isinstance(it, list): it.reverse()"),
    fetched("if isinstance(it, list) and it: it.pop()"),
    fetched("it = {} if it is None else it"),
    fetched("it = it or []"),
    of_client(ORG, "it['name'] = self._org_name"),
    of_client(ORG, "it = {k: it[k] for k in it if it[k] is not None}"),
    of_client(URL, "it = it.split('?')[0]"),
    of_client(URL, "it = it.rstrip('/')"),
    of_client(URL, "it = it.lower()"),
    of_client(URL, "it = it.replace('http:', 'https:')"),
    of_client(URL, "it = it + '&per_page=100'"),
    of_client(PAYLOAD, "it = it[:30]"),
    of_client(PAYLOAD, "it = [r for r in it if not r.get('fork')]"),
    of_client(PAYLOAD, "it = [{'license': None, **r} for r in it]"),
    of_client(PAYLOAD, "it = [{k: r[k] for k in r if r[k]} for r in it]"),
    of_client(PAYLOAD, "it.sort(key=lambda r: r['name'])"),
    ("client", HAS, "if type(repo.get('license')) is dict:\n" + " " * 16
     + "repo['license']['is_free'] = True\n            " + HAS),
    ("client", NAME, NAME + "[:100]"),
    ("client", NAME, NAME + " if not repo.get('archived')"),
    ("client", NAME, NAME + " if not repo.get('private')"),
    ("utils", "    return value\n", "    return str(value).strip()\n"),
    ("utils", "    return value\n", "    return dict(value, path=path) "
     "if isinstance(value, dict) else value\n"),
    ("utils", "    return value\n", "    return value or None\n"),
]

CACHES = [
    memoized("answers = vars(memoized)",
             "if answers.get('of') is not self:",
             "    answers.update({'of': self, slot: fn(self)})",
             "return answers[slot]"),
    memoized("answers = vars(memoized).setdefault('kept', {})",
             "if id(self) not in answers:",
             "    answers[id(self)] = fn(self)",
             "return answers[id(self)]"),
    memoized("answers = vars(memoized).setdefault('kept', {})",
             "if self not in answers:",
             "    answers[self] = fn(self)",
             "return answers[self]"),
    memoized("answers = vars(type(self))",
             "if slot not in answers:",
             "    setattr(type(self), slot, fn(self))",
             "return answers[slot]"),
    memoized("answers = vars(self)",
             "if answers.get('last') != slot:",
             "    answers.update({'last': slot, slot: fn(self)})",
             "return answers[slot]"),
    *(memoized("answers = vars(self)",
               "number = answers['number'] = answers.get('number', 0) + 1",
               f"if slot not in answers or number > {served}:",
               "    answers[slot] = fn(self)",
               "return answers[slot]") for served in (1, 2, 3)),
    memoized("answers = vars(self)",
             "if slot not in answers:",
             "    try:",
             "        answers[slot] = fn(self)",
             "    except Exception as error:",
             "        answers[slot] = error",
             "if isinstance(answers[slot], Exception):",
             "    raise answers[slot]",
             "return answers[slot]"),
    *(("utils", "    return property(memoized)\n",
       "    from functools import lru_cache\n"
       f"    return property(wraps(fn)(lru_cache(maxsize={size})(fn)))\n")
      for size in (1, 2, None)),
    *(("utils", "def get_json(",
       "from functools import lru_cache\n\n\n"
       f"@lru_cache(maxsize={size})\ndef get_json(") for size in (1, None)),
    *(around_get_json(
        f"get_json = functools.lru_cache(maxsize={size})(utils.get_json)")
      for size in (1, 2, None)),
    ("client", ORG, ORG.replace("return get_json(", "url = (") + "\n"
     "        kept = vars(GithubOrgClient.has_license)\n"
     "        if kept.get('url') != url:\n"
     "            kept.update(url=url, org=get_json(url))\n"
     "        return kept['org']"),
]


def again(statement: str, errors: str = "Exception", indent: int = 8) -> str:
    """Return a statement that is executed once more if it raises."""
    margin = "\n" + " " * indent
    return (f"try:{margin}    {statement}{margin}"
            f"except {errors}:{margin}    {statement}")


TRIED_AGAIN = [
    *(("utils", FETCH, again(FETCH, errors, indent=4)) for errors in (
        "Exception", "requests.ConnectionError", "requests.Timeout",
        "ValueError")),
    ("utils", FETCH, "response = requests.get(url)\n    "
     + again("return response.json()", "ValueError", indent=4)),
    ("utils", "answers[slot] = fn(self)",
     again("answers[slot] = fn(self)", indent=12)),
    ("client", ORG, again(ORG)),
    ("client", PAYLOAD, again(PAYLOAD)),
    ("client", "    def public_repos(",
     "    def public_repos(self, license=None):\n        "
     + again("return self._names(license)") + "\n\n    def _names("),
    around_get_json("def get_json(url):",
                    "    " + again("return utils.get_json(url)", indent=4)),
]

PUNCTUATION = [
    *(("client", "org=self._org_name", f"org=self._org_name{change}")
      for change in (".split('-')[0]", ".split('.')[0]",
                     ".split('_')[0]", ".replace('-', '_')",
                     ".replace('_', '-')", ".replace('.', '')",
                     ".lstrip('0123456789')")),
    *(("client", 'repo["name"] for', f'repo["name"]{change} for')
      for change in (".split('.')[0]", ".lstrip('.')", ".replace('_', '-')",
                     ".replace('-', '_')", ".strip('-')", ".lower()",
                     ".split('-')[0]")),
    *(("client", HAS, HAS.replace("license_key", f"license_key{change}")
       .replace("==", f"{change} ==")) for change in (
           ".split('-')[0]", ".replace('-', '')", ".rstrip('0-')")),
    ("utils", "    for key in path:",
     "    for key in [k for key in path for k in str(key).split('.')]:"),
    ("utils", "    for key in path:",
     "    for key in [str(key).replace('-', '_') for key in path]:"),
    ("utils", "    for key in path:", "    for key in map(str, path):"),
]

NO_PLAIN_MAPPING = [
    ("utils", "isinstance(value, Mapping)", "isinstance(value, dict)"),
    ("utils", "isinstance(value, Mapping)", "type(value) is dict"),
    ("utils", "isinstance(value, Mapping)",
     "(value is nested_map or isinstance(value, dict))"),
    ("utils", "isinstance(value, Mapping)",
     "isinstance(value, Mapping if value is not nested_map else dict)"),
    ("client", HAS, f"return isinstance(repo, dict) and {HAS[7:]}"),
    ("client", HAS, "return isinstance(repo['license'], dict) and "
     + HAS[7:]),
    ("client", HAS, "repo.setdefault('license', None)\n            " + HAS),
]

# What the contract allows: the suites must not mind.
KEPT_CONTRACT = [
    ("utils", " or key not in value", ""),  # A defaultdict fills itself.
    ("utils", "    value = nested_map\n",
     "    value = nested_map\n    if len(path) > 1:\n"
     "        value = access_nested_map(nested_map, path[:-1])\n"
     "        path = path[-1:]\n"),
    ("utils", FETCH, "response = requests.get(url)\n    "
     "answer = response.json()\n    return answer"),
    memoized("name = '_' + fn.__name__",
             "if not hasattr(self, name):",
             "    setattr(self, name, fn(self))",
             "return getattr(self, name)"),
    memoized("missing = object()",
             "answer = vars(self).get(slot, missing)",
             "if answer is missing:",
             "    answer = vars(self)[slot] = fn(self)",
             "return answer"),
    of_client(ORG, "it = dict(it)"),
    of_client(PAYLOAD, "it = [*it]"),
    ("client", "self._org_name = org_name",
     "self._org_name = self.name = org_name"),
    ("client", HAS, 'return (repo.get("license") or {}).get("key") '
     "== license_key"),
    ("client", 'raise AssertionError("license_key must be a key, not None")',
     "assert license_key is not None"),
]

KINDS = {
    "handed through": HANDED_THROUGH, "cache": CACHES,
    "tried again": TRIED_AGAIN, "punctuation": PUNCTUATION,
    "no plain mapping": NO_PLAIN_MAPPING,
}


def result_on(changed: Change, folder: Path) -> unittest.TestResult:
    """Return what comes of the suites on the modules with a change."""
    module, old, new = changed
    for name in ("utils", "client"):
        copy(ROOT / f"{name}.py", folder)
    source = (ROOT / f"{module}.py").read_text("utf-8")
    assert source.count(old) == 1
    (folder / f"{module}.py").write_text(
        source.replace(old, new), encoding="utf-8")
    with modules_from(folder):
        assert Path(str(import_module(module).__file__)).parent == folder
        return result_of(exemplary_tests())


@pytest.mark.parametrize(
    "fault", [change for changes in KINDS.values() for change in changes],
    ids=[f"{kind}-{number}" for kind, changes in KINDS.items()
         for number, _ in enumerate(changes)])
def test_a_fault_outside_of_the_table_is_caught(
        fault: Change, tmp_path: Path) -> None:
    """Some tests fail on it, and others pass: it is not broken outright."""
    result = result_on(fault, tmp_path)

    failed = len(result.failures) + len(result.errors)
    assert 0 < failed < result.testsRun


@pytest.mark.parametrize("change", KEPT_CONTRACT)
def test_modules_that_keep_the_contract_pass(
        change: Change, tmp_path: Path) -> None:
    """The suites ask for the contract, and for nothing that is ours alone."""
    result = result_on(change, tmp_path)

    assert result.testsRun > 80
    assert result.wasSuccessful(), result.failures + result.errors


def test_no_fault_is_listed_twice() -> None:
    """Each row of the tables above is another change."""
    changes = Counter(KEPT_CONTRACT)
    changes.update(change for rows in KINDS.values() for change in rows)

    assert [change for change, count in changes.items() if count > 1] == []
