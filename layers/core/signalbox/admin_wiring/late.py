"""Parts that are made, and their libraries loaded, when they are first used: most requests need none of them.

The SQL translator, the AWS SDK and what writes content take most of a second to load; a list of flows needs none.
"""

import functools
from collections.abc import Callable
from typing import Any, cast


def late[Part](make: Callable[[], Part]) -> Part:
    """Stand in for a part until one of its methods is called; `make` imports what it needs."""
    return cast("Part", _Late(make))


class _Late:
    def __init__(self, make: Callable[[], object]) -> None:
        self._made = functools.cache(make)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made(), name)
