"""Where a webhook may go: the URLs that are taken, and the addresses that are public.

A URL is read here and nowhere else, so no second reader can understand it differently. Its host is a name or an
address in the one way that each is written; other spellings of addresses (decimal, hex, octal, short) are no names.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from signalbox.domain.errors import Invalid, Reason

type Address = IPv4Address | IPv6Address

DEFAULT_PORT = 443
MAX_URL = 2048
_PORTS = range(1024, 65_536)
"""Taken beside 443; the lower ones are other protocols'."""

_URL = re.compile(
    r"(?i:https)://(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<rest>[/?][!\"$-\[\]-~]*)?"  # visible ASCII without a fragment's `#` and the backslash
)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)+(?!\d){_LABEL}")
"""A domain name of at least two labels. No top-level domain begins with a digit, and what does is an address."""
_MAX_NAME = 253

_ADVICE = (
    "expected https://, a domain name in ASCII (an international one in its xn-- form), perhaps a port (443, or 1024 "
    "and above), a path and a query; no user name, no fragment"
)

# What the standard library (of 3.13) still takes for public, or could be led to an address behind it by.
_RELAY = ip_network("192.88.99.0/24")  # 6to4, RFC 7526
_UNICAST = IPv6Network("2000::/3")  # RFC 4291: all else embeds IPv4 addresses (mapped, NAT64) or is for special use
_DOCUMENTATION = IPv6Network("3fff::/20")  # RFC 9637


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart; `host` is in lower case and without brackets, `path` has the query in it."""

    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Give what a Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORT else f"{host}:{self.port}"

    @property
    def address(self) -> Address | None:
        """Give the host where it is an address and no name."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None


def read_url(url: str) -> Target:
    """Take a URL apart; raises Invalid, which does not repeat it."""
    parts = _URL.fullmatch(url) if len(url) <= MAX_URL else None
    if parts is None:
        raise Invalid([Reason("/url", _ADVICE)])
    rest = parts["rest"] or "/"
    port = int(parts["port"] or DEFAULT_PORT)
    target = Target(parts["host"].lower().strip("[]"), port, rest if rest.startswith("/") else f"/{rest}")
    is_name = len(target.host) <= _MAX_NAME and _NAME.fullmatch(target.host) is not None
    is_port = port == DEFAULT_PORT or port in _PORTS
    if not is_port or not (is_name or target.address is not None):
        raise Invalid([Reason("/url", _ADVICE)])
    return target


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public internet's, by IANA's registries of special-purpose addresses."""
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, IPv4Address):
        return address not in _RELAY
    return address in _UNICAST and address not in _DOCUMENTATION
