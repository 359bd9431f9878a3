#!/usr/bin/env python3
"""Unit tests of `addresses`: plain values go in and come out.

With unittest and parameterized: a row for each way to write an address.

- a domain in ASCII, by IDNA 2008; what stands before it stays
- only what is ASCII as a whole can be sent to from every server
"""
from __future__ import annotations

from unittest import TestCase

from parameterized import parameterized

from addresses import mailable, with_ascii_domain


class TestAddresses(TestCase):
    """Spellings of one address, and of two."""

    @parameterized.expand([
        ("ascii", "Ada@Example.org", "Ada@example.org"),
        ("umlaut", "ok@bücher.example", "ok@xn--bcher-kva.example"),
        ("in_ascii_already", "ok@xn--bcher-kva.example",
         "ok@xn--bcher-kva.example"),
        ("sharp_s_is_no_ss", "x@faß.de", "x@xn--fa-hia.de"),
        ("local_part_stays", "zoë@faß.de", "zoë@xn--fa-hia.de"),
        ("no_domain", "ada@", "ada@"),
        ("no_address", "a..b", "a..b"),
    ])
    def test_a_domain_is_written_in_ascii(
        self, _name: str, address: str, expected: str,
    ) -> None:
        """What has no domain that could be is left as it is."""
        self.assertEqual(with_ascii_domain(address), expected)

    @parameterized.expand([
        ("only_the_domain_was_not", "ok@bücher.example",
         "ok@xn--bcher-kva.example"),
        ("the_local_part_is_not", "δοκιμή@παράδειγμα.gr",
         "δοκιμή@παράδειγμα.gr"),
    ])
    def test_an_address_is_mailable_in_ascii_if_it_can_be(
        self, _name: str, address: str, expected: str,
    ) -> None:
        """Else it stays as its owner reads it."""
        self.assertEqual(mailable(address), expected)
