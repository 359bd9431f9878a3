"""How two processes of ours speak: bytes, with their length before them."""
from __future__ import annotations

from typing import BinaryIO

_LENGTH = 8


def send(stream: BinaryIO, message: bytes) -> None:
    """Write a message, at once."""
    stream.write(len(message).to_bytes(_LENGTH, "big") + message)
    stream.flush()


def receive(stream: BinaryIO) -> bytes:
    """Return the next message; nothing where the other side has ended."""
    head = stream.read(_LENGTH)
    if len(head) < _LENGTH:
        return b""
    length = int.from_bytes(head, "big")
    message = stream.read(length)
    return message if len(message) == length else b""
