"""Whom webhooks connect to: the address that was looked up and found public, under the name that was registered."""

import socket
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from signalbox.adapters.webhook.addresses import system_addresses
from signalbox.domain.errors import Invalid, Rejected, Transient
from signalbox.domain.webhook_urls import Address
from tests import certificates
from tests.contract.endpoint import LOOPBACK, NAME, Endpoint, serving
from tests.unit.webhooks import destination, message

ELSEWHERE = ip_address("127.0.0.2")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificates.make(tmp_path_factory.mktemp("certificate"), NAME)


@pytest.fixture
def endpoint(certificate: Path) -> Iterator[Endpoint]:
    """An endpoint whose certificate is for NAME, which no system resolves."""
    with serving(certificate) as server:
        yield server


class Names:
    """A resolver that gives each of these answers in turn, the last again and again."""

    def __init__(self, *answers: list[Address] | OSError) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, timeout_s: float) -> list[Address]:
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, OSError):
            raise answer
        return answer


def test_the_address_that_was_found_is_connected_to_under_the_name(endpoint: Endpoint) -> None:
    names = Names([LOOPBACK])

    endpoint.channel(resolve=names).send(destination(url=endpoint.url(host=NAME)), message())

    assert names.asked == [NAME]
    assert endpoint.requests[0].headers["host"] == f"{NAME}:{endpoint.port}"


def test_a_name_that_turns_to_another_address_between_look_up_and_connection_gains_nothing(endpoint: Endpoint) -> None:
    names = Names([LOOPBACK], [ELSEWHERE])

    with socket.create_server((str(ELSEWHERE), endpoint.port)) as internal:
        internal.settimeout(0.1)
        endpoint.channel(resolve=names).send(destination(url=endpoint.url(host=NAME)), message())

        with pytest.raises(TimeoutError):
            internal.accept()
    assert len(endpoint.requests) == len(names.asked) == 1


def test_a_name_is_looked_up_anew_for_each_message_and_refused_once_it_is_not_public(endpoint: Endpoint) -> None:
    channel = endpoint.channel(resolve=Names([LOOPBACK], [ELSEWHERE]))
    channel.send(destination(url=endpoint.url(host=NAME)), message())

    with pytest.raises(Rejected, match="not public"):
        channel.send(destination(url=endpoint.url(host=NAME)), message())

    assert len(endpoint.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["fd00:ec2::254"],
        ["fe80::1%eth0"],
        ["1.1.1.1", "127.0.0.1"],
        ["127.0.0.1", "1.1.1.1"],
    ],
)
def test_a_name_with_an_address_that_is_not_public_is_not_connected_to(endpoint: Endpoint, answer: list[str]) -> None:
    channel = endpoint.channel(resolve=Names([ip_address(each) for each in answer]), allowed_networks=())

    with pytest.raises(Rejected, match="not public"):
        channel.send(destination(url=endpoint.url(host=NAME)), message())

    assert endpoint.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"])
def test_an_address_that_is_not_public_is_not_connected_to(endpoint: Endpoint, host: str) -> None:
    with pytest.raises(Rejected, match="not public"):
        endpoint.channel(allowed_networks=()).send(destination(url=endpoint.url(host=host)), message())

    assert endpoint.requests == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"])
def test_another_spelling_of_this_machine_is_no_host_and_would_be_seen_through(endpoint: Endpoint, host: str) -> None:
    seen = endpoint.channel(resolve=system_addresses, allowed_networks=())
    understood = system_addresses(host, 5)

    with pytest.raises(Invalid):
        seen.send(destination(url=endpoint.url(host=host)), message())

    assert LOOPBACK in understood
    assert endpoint.requests == []


def test_only_the_networks_that_are_allowed_are_let_through_beside_public_ones(endpoint: Endpoint) -> None:
    other = ip_network("127.0.0.2/32")

    with pytest.raises(Rejected, match="not public"):
        endpoint.channel(allowed_networks=[other]).send(destination(url=endpoint.url(host=NAME)), message())

    assert endpoint.requests == []


def test_the_next_address_of_a_name_is_tried_where_one_does_not_answer(endpoint: Endpoint) -> None:
    names = Names([ELSEWHERE, LOOPBACK])
    channel = endpoint.channel(resolve=names, allowed_networks=[ip_network("127.0.0.0/8")])

    channel.send(destination(url=endpoint.url(host=NAME)), message())

    assert len(endpoint.requests) == 1


@pytest.mark.parametrize("fault", [socket.gaierror(socket.EAI_AGAIN, "again"), socket.gaierror(), TimeoutError()])
def test_a_name_that_is_not_found_is_tried_again(endpoint: Endpoint, fault: OSError) -> None:
    with pytest.raises(Transient, match=type(fault).__name__):
        endpoint.channel(resolve=Names(fault)).send(destination(url=endpoint.url(host=NAME)), message())


def test_a_name_without_addresses_is_tried_again(endpoint: Endpoint) -> None:
    with pytest.raises(Transient):
        endpoint.channel(resolve=Names([])).send(destination(url=endpoint.url(host=NAME)), message())


def test_a_certificate_for_another_name_is_told_nothing(endpoint: Endpoint) -> None:
    with pytest.raises(Transient, match="SSLCertVerificationError"):
        endpoint.channel().send(destination(url=endpoint.url(host="other.example.org")), message())

    assert endpoint.requests == []


def test_a_certificate_that_nobody_vouches_for_is_told_nothing(endpoint: Endpoint) -> None:
    with pytest.raises(Transient, match="SSLCertVerificationError"):
        endpoint.channel(trust=None).send(destination(url=endpoint.url(host=NAME)), message())

    assert endpoint.requests == []


def test_a_proxy_of_the_environment_is_not_used(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.2:9")

    endpoint.channel().send(destination(url=endpoint.url(host=NAME)), message())

    assert len(endpoint.requests) == 1
