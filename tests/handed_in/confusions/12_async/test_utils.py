from unittest import IsolatedAsyncioTestCase, TestCase

from utils import access_nested_map


class TestNested(TestCase):
    async def test_passes_and_never_runs(self):
        self.assertEqual(access_nested_map({"a": 1}, ("a",)), 2)


async def value():
    return access_nested_map({"a": 1}, ("a",))


class TestAwaited(IsolatedAsyncioTestCase):
    async def test_not_awaited(self):
        self.assertEqual(value(), 1)

    async def test_awaits_a_value(self):
        self.assertEqual(await access_nested_map({"a": {}}, ("a",)), {})
