"""Tests."""
import pytest
import client
from client import GithubOrgClient

@pytest.fixture
def google():
    return GithubOrgClient('google')

@pytest.fixture
def nothing():
    GithubOrgClient('google')

@pytest.fixture
def kept():
    held = GithubOrgClient('google')

def test_not_requested(monkeypatch):
    """fixture-not-requested: def test_not_requested(monkeypatch, google):"""
    monkeypatch.setattr(client, 'get_json', lambda url: {'id': 1})
    assert google.org == {'id': 1}

def test_called():
    """fixture-not-requested: def test_called(google):"""
    assert google().org == {'id': 1}

def test_nothing(nothing):
    """fixture-gives-nothing: return GithubOrgClient("google")"""
    assert nothing.org == {'id': 1}

def test_kept(kept):
    """fixture-gives-nothing: return held"""
    assert kept.org == {'id': 1}
