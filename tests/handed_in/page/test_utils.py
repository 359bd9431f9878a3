import asyncio
import os
import unittest

import requests

import utils


class TestAccessNestedMap(unittest.TestCase):
    def test_path(self):
        self.assertEqual(utils.access_nested_map({"a": {"b": 2}}, "ab"), 2)

    def test_that_never_ends(self):
        self.assertEqual(utils.access_nested_map({"a": 1}, "a"), 1)
        while True:
            pass

    def test_that_ends_python(self):
        self.assertEqual(utils.access_nested_map({"a": 1}, "a"), 1)
        os._exit(3)


class TestGetJson(unittest.TestCase):
    def test_the_real_one(self):
        self.assertIn("login", utils.get_json("https://api.github.com/orgs/a"))

    def test_what_is_not_there(self):
        with self.assertRaises(requests.ConnectionError):
            utils.get_json("http://api.github.com/orgs/google")


class TestLater(unittest.IsolatedAsyncioTestCase):
    async def test_key(self):
        await asyncio.sleep(0.01)
        with self.assertRaises(KeyError):
            utils.access_nested_map({}, "a")

    async def test_in_time(self):
        async def found():
            await asyncio.sleep(0)
            return utils.access_nested_map({"a": 0}, "a")

        self.assertEqual(await asyncio.wait_for(found(), 5), 0)

    def test_run(self):
        self.assertIsNone(asyncio.run(asyncio.sleep(0)))
        self.assertEqual(utils.access_nested_map({"a": 1}, "a"), 1)
