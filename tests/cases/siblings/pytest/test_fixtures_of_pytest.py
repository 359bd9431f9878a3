"""Tests."""
import unittest
from unittest import mock
from unittest.mock import Mock, MagicMock, PropertyMock, patch, call
import requests
from parameterized import parameterized, parameterized_class
import client
import utils
from client import GithubOrgClient
from fixtures import TEST_PAYLOAD
from utils import access_nested_map, get_json, memoize
import pytest

@pytest.fixture
def fake():
    with patch('client.get_json', return_value={}) as m:
        return m

def test_x(fake):
    """patch-ends-with-the-fixture: yield get_json"""
    assert GithubOrgClient('a').org == {}

@pytest.fixture
def org():
    return GithubOrgClient('a').org

@patch('client.get_json', return_value={})
def test_y(m, org):
    """patch-not-for-the-fixture: yield get_json"""
    assert org == {}

def test_z(monkeypatch):
    """patched-where-it-was-made"""
    monkeypatch.setattr('utils.get_json', lambda url: {})
    assert GithubOrgClient('a').org == {}

def test_w():
    """the-real-web: patch("utils.requests.get")"""
    assert GithubOrgClient('a').org == {}
