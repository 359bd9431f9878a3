"""One submission judged as a task of any executor: bytes in, bytes out.

A worker of a cluster calls `judged`, which is all that it needs to know of
us. Its judge stays warm for the next task, and ends with the worker or when
no task has come for a while.
"""
from __future__ import annotations

import base64
import hashlib
import itertools
import json
import pickle
import threading
import zlib
from collections.abc import Mapping
from functools import cache

from winnow.model.errors import CannotDo

from .judge import Judge, Terms
from .versions import versions

# Seconds for which a judge waits for the next task.
_PATIENCE = 60.0
_SLOTS = 256
_DIGEST = 32


class Differs(CannotDo):
    """That a worker has other versions than the machine that asks it."""


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return a submission's files as one text of bytes."""
    return zlib.compress(json.dumps(
        {name: base64.b64encode(content).decode()
         for name, content in files.items()}).encode())


def unpacked(task: bytes) -> dict[str, bytes]:
    """Return the files that `packed` has made bytes of."""
    return {name: base64.b64decode(content) for name, content in
            json.loads(zlib.decompress(task)).items()}


def packed_terms(terms: Terms) -> bytes:
    """Return what a class is judged by, for workers with these versions."""
    return _own_digest() + zlib.compress(pickle.dumps(terms))


def judged(terms: bytes, task: bytes) -> bytes:
    """Judge one submission in a process of its own; return the answer.

    It is JSON; `judge_process` says what is in it. Raises `Differs` before
    anything runs if other versions are installed here than where the terms
    come from.
    """
    if terms[:_DIGEST] != _own_digest():
        # A pickle of another Winnow is not to be read.
        raise Differs("A worker that came later has other versions of Winnow, "
                      "Python or packages than this machine: start all from "
                      "the same environment.")
    judge = _JUDGES.taken(terms)
    try:
        return json.dumps(judge.judge(unpacked(task))).encode()
    finally:
        _JUDGES.put_back(terms, judge)


@cache
def _own_digest() -> bytes:
    """Return a hash of what is installed here."""
    return hashlib.sha256(json.dumps(
        versions(), sort_keys=True).encode()).digest()


class _Judges:
    """The judges of this process that have no task at the moment."""

    def __init__(self) -> None:
        """Have none as yet."""
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._free: dict[Judge, tuple[bytes, threading.Timer]] = {}

    def taken(self, terms: bytes) -> Judge:
        """Return a judge that goes by these terms, a new one if need be."""
        with self._lock:
            for judge, (theirs, timer) in self._free.items():
                if theirs == terms:
                    timer.cancel()
                    del self._free[judge]
                    return judge
            slot = next(self._numbers) % _SLOTS
        return Judge(pickle.loads(zlib.decompress(terms[_DIGEST:])), slot)

    def put_back(self, terms: bytes, judge: Judge) -> None:
        """Keep a judge for the next task, but not for ever."""
        timer = threading.Timer(_PATIENCE, self._end, (judge,))
        timer.daemon = True
        with self._lock:
            self._free[judge] = (terms, timer)
        timer.start()

    def _end(self, judge: Judge) -> None:
        """End a judge, unless it has been taken in the meantime."""
        with self._lock:
            is_free = self._free.pop(judge, None)
        if is_free:
            judge.close()


_JUDGES = _Judges()
