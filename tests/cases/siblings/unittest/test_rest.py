"""Tests."""
import sqlite3
import unittest
from unittest.mock import Mock, patch

import client
import utils
from client import GithubOrgClient


class TestPatches(unittest.TestCase):

    @patch("json.lods")
    def test_name_of_a_library(self, loads):
        """no-such-name-to-patch: json has no name lods"""
        self.assertEqual(GithubOrgClient("a").org, {})

    def test_no_module(self):
        """target-is-no-string: a string that begins with a module"""
        with patch("fetch_organisation"):
            self.assertEqual(GithubOrgClient("a").org, {})


class TestAssertions(unittest.TestCase):

    def test_unknown(self):
        """no-such-assertion: no assertion called assertLooksGood"""
        self.assertLooksGood(GithubOrgClient.has_license({}, "mit"))

    def test_not_reached(self):
        """mock-never-called: never called"""
        get = Mock()
        GithubOrgClient.has_license({}, "mit")
        get.assert_called_once_with("mit")

    def test_part_of_own(self):
        """mock-as-an-answer: gave back a part of a mock"""
        self.assertEqual(utils.access_nested_map({"a": Mock(name="b")}, ["a"]).c, 1)


class TestStore(unittest.TestCase):

    def test_two_databases(self):
        """two-memories: makes a new and empty database"""
        with sqlite3.connect(":memory:") as first:
            first.execute("create table stars (n)")
        rows = sqlite3.connect(":memory:").execute("select n from stars")
        self.assertEqual(rows.fetchall(), [])
