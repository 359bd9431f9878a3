#!/usr/bin/env python3
"""How one e-mail address may be written in several ways.

A domain has a second spelling in ASCII, by IDNA 2008, under which every server
knows it: faß.de is xn--fa-hia.de, and not fass.de. https://www.rfc-editor.org/
rfc/rfc5891
"""
from __future__ import annotations

import re

import idna


def with_ascii_domain(address: str) -> str:
    """Return an address with its domain in ASCII, where it has one."""
    local, at, domain = address.rpartition("@")
    try:
        return local + at + idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return address


def mailable(address: str) -> str:
    """Return an address in ASCII, which every server takes, if it can be."""
    in_ascii = with_ascii_domain(address)
    return in_ascii if in_ascii.isascii() else address


def reason_alone(reason: str) -> str:
    """Return a library's reason to refuse an address, as a sentence.

    Without what is in brackets, where it may quote the address.
    """
    return re.sub(r" \(.*\)", "", reason).rstrip(".") + "."
