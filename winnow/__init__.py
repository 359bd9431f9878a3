"""Winnow shows what a suite of tests would miss."""

__version__ = "0.1.0"
