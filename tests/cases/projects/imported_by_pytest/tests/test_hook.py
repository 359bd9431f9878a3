import sys

sys.path.insert(0, "src")


def test_hook():
    from pluggy._manager import PluginManager
    assert PluginManager
