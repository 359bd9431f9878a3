"""How two processes of ours speak: bytes, with their length before them."""
from __future__ import annotations

from typing import IO

_LENGTH = 8


def send(stream: IO[bytes], message: bytes) -> None:
    """Write a message, at once."""
    stream.write(len(message).to_bytes(_LENGTH, "big") + message)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """Return the next message; nothing where the other side has ended."""
    head = stream.read(_LENGTH)
    if len(head) < _LENGTH:
        return b""
    length = int.from_bytes(head, "big")
    message = stream.read(length)
    return message if len(message) == length else b""
