"""Plugins."""


def hook(number):
    """Return a number and one."""
    return number + 1
