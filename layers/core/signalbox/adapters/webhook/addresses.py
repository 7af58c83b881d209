"""From a host to the addresses that may be connected to: looked up once, and refused where any is not public."""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from threading import Thread

from signalbox.domain.errors import Rejected
from signalbox.domain.webhook_urls import Address, Target, is_public

type Resolver = Callable[[str, float], Sequence[Address]]
"""Gives a name's addresses, the best first, within the seconds; raises OSError."""
type Networks = Sequence[IPv4Network | IPv6Network]


def addresses_of(target: Target, resolve: Resolver, allowed: Networks, timeout_s: float) -> Sequence[Address]:
    """Give where to connect to; raises Rejected, and OSError when nothing was found.

    One address of a name's that is not public spoils them all: whoever mixes them tries what will be taken.
    """
    literal = target.address
    found = resolve(target.host, timeout_s) if literal is None else [literal]
    if not all(is_public(each) or any(each in network for network in allowed) for each in found):
        raise Rejected("the destination's address is not public")
    return found


def system_addresses(host: str, timeout_s: float) -> Sequence[Address]:
    """Ask the system, as a `Resolver`."""
    # As bytes: text goes through a codec for international names, which a URL has none of.
    found = within(timeout_s, lambda: socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM))
    return [ip_address(each) for each in dict.fromkeys(str(place[0]) for *_, place in found)]


def within[T](timeout_s: float, call: Callable[[], T]) -> T:
    """Make a call that keeps no deadline; raises TimeoutError, and OSError as it does.

    It is made in a thread of its own, which is left behind when it takes too long.
    """
    answers: SimpleQueue[T | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(call())
        except OSError as error:
            answers.put(error)

    Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=timeout_s)
    except Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer
