"""Which backends a contract test runs on, where it is not all of them; many callers at once; and text that is large."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from signalbox.domain.errors import Conflict, Transient

DATABASES = pytest.mark.parametrize(
    "backend", ["moto", "dynamodb_local", "dynamodb_local_by_boto3"], indirect=True, scope="session"
)
"""For what the fakes have no notion of: items, pages, expiry."""

DYNAMODB_LOCAL = pytest.mark.parametrize("backend", ["dynamodb_local"], indirect=True, scope="session")
"""For what moto gets wrong: capacity, limits."""

ATOMIC = pytest.mark.parametrize("backend", ["fake", "dynamodb_local"], indirect=True, scope="session")
"""For what happens at once, where the fake locks; moto checks and writes in two steps."""

CALLERS = 16


NOISE_BYTES = 60_000


def noise(seed: int) -> str:
    """Make 60 KB of text, of which compression leaves over 30 KB."""
    letters = random.Random(seed)  # noqa: S311 - must be the same each time
    return "".join(chr(letters.randrange(0x4E00, 0x9FFF)) for _ in range(NOISE_BYTES // 3))


def at_once[T](call: Callable[[int], T]) -> list[T | type[Exception]]:
    """Make the call from 16 threads that start together; what one raises stands in the place of its answer."""
    barrier = Barrier(CALLERS)

    def attempt(number: int) -> T | type[Exception]:
        barrier.wait()
        try:
            return call(number)
        except (Conflict, Transient) as error:
            return type(error)

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(attempt, range(CALLERS)))
