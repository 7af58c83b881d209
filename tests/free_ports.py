"""Ports on this machine for the servers that tests start."""

import secrets
import socket

_PORTS = range(20_000, 30_000)
"""Below those that the kernel gives to connections, which could take one until its server listens."""


def free_port() -> int:
    """Give a port where nobody listens; whoever else starts a server at this moment hardly finds the same."""
    while True:
        port = secrets.choice(_PORTS)  # not from `random`, which a test may have seeded
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
