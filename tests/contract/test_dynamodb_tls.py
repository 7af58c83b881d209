"""Our client speaks TLS and talks to nobody whose certificate it cannot check."""

import ssl
from pathlib import Path

import pytest

from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.adapters.dynamodb.faults import Unanswered
from tests import certificates
from tests.contract import scripted
from tests.contract.conftest import ENVIRONMENT, URL

FOUND: scripted.Reply = (200, {"Item": {"pk": {"S": "a"}}})


def security(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_server_whose_certificate_is_in_the_bundle_is_talked_to(tmp_path: Path) -> None:
    certificate = certificates.make(tmp_path)

    with scripted.dynamodb(FOUND, security=security(certificate)) as script:
        client = dynamodb_client(ENVIRONMENT | {URL: script.url, "AWS_CA_BUNDLE": str(certificate)})
        answers = [client.call("GetItem", {}) for _ in range(2)]

    assert answers == [FOUND[1]] * 2
    assert len({connection for *_, connection in script.asked}) == 1


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_server_that_nobody_vouches_for_is_asked_nothing(host: str, tmp_path: Path) -> None:
    with scripted.dynamodb(FOUND, security=security(certificates.make(tmp_path))) as script:
        client = dynamodb_client(ENVIRONMENT | {URL: script.url.replace("127.0.0.1", host)})

        with pytest.raises(Unanswered, match="SSLCertVerificationError"):
            client.call("GetItem", {})

    assert script.asked == []


def test_a_server_of_another_name_is_asked_nothing(tmp_path: Path) -> None:
    certificate = certificates.make(tmp_path, "elsewhere.example")

    with scripted.dynamodb(FOUND, security=security(certificate)) as script:
        client = dynamodb_client(ENVIRONMENT | {URL: script.url, "AWS_CA_BUNDLE": str(certificate)})

        with pytest.raises(Unanswered, match="SSLCertVerificationError"):
            client.call("GetItem", {})

    assert script.asked == []


def test_amazon_is_talked_to_over_tls_alone() -> None:
    environ = {name: value for name, value in ENVIRONMENT.items() if name != URL}

    assert dynamodb_client(environ).address.host == "dynamodb.eu-west-1.amazonaws.com"
    assert dynamodb_client(environ).address.trust is not None
    assert dynamodb_client(environ | {"AWS_DEFAULT_REGION": "cn-north-1"}).address.host.endswith(".amazonaws.com.cn")
