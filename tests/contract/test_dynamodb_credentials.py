"""The keys that calls are signed with: from the environment, or fetched and renewed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from signalbox.adapters.dynamodb.credentials import RENEWAL, FetchedKeys, keys_of
from signalbox.config import AwsKeys, DynamoDbSettings
from signalbox.domain.errors import Transient
from tests.contract import loopback

ENDED = timedelta(seconds=-1)
ENDING = RENEWAL - timedelta(minutes=1)
FRESH = timedelta(hours=6)


@contextmanager
def giving(*lives: timedelta | None) -> Iterator[loopback.Server]:
    """Serve keys that live so long, one after the other; None for a failure."""
    waiting = list(lives)

    def behave(connection: Any) -> None:
        number, life = len(lives) - len(waiting), waiting.pop(0)
        if life is None:
            connection.sendall(b"HTTP/1.1 500 x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        ends = (datetime.now(UTC) + life).strftime("%Y-%m-%dT%H:%M:%SZ")
        content = {"AccessKeyId": f"A{number}", "SecretAccessKey": "S", "Token": "T", "Expiration": ends}
        body = json.dumps(content).encode()
        head = b"HTTP/1.1 200 x\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
        connection.sendall(head + body)

    with loopback.serving(behave) as server:
        yield server


def test_the_environments_keys_are_used_as_they_are() -> None:
    environ = {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S"}
    longer = environ | {"AWS_SESSION_TOKEN": "T", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost:1/"}

    assert keys_of(DynamoDbSettings.from_env(environ))() == AwsKeys("A", "S")
    assert keys_of(DynamoDbSettings.from_env(longer))() == AwsKeys("A", "S", "T")


def test_where_there_are_none_they_are_fetched_with_the_token() -> None:
    with giving(FRESH) as server:
        environ = {
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "let me",
        }

        keys = keys_of(DynamoDbSettings.from_env(environ))()

    assert (keys.access_key_id, keys.secret_access_key, keys.session_token) == ("A0", "S", "T")
    assert b"\r\nAuthorization: let me\r\n" in server.requests[0]


def test_fetched_keys_are_kept_until_shortly_before_their_end() -> None:
    with giving(ENDING, FRESH) as server:
        keys = FetchedKeys(server.url, "")

        assert [keys().access_key_id for _ in range(4)] == ["A0", "A1", "A1", "A1"]


def test_a_renewal_that_fails_is_borne_while_the_keys_last() -> None:
    with giving(ENDING, None, FRESH) as server:
        keys = FetchedKeys(server.url, "")

        assert [keys().access_key_id for _ in range(3)] == ["A0", "A0", "A2"]


def test_keys_that_have_ended_are_not_used() -> None:
    with giving(ENDED, None) as server:
        keys = FetchedKeys(server.url, "")
        keys()

        with pytest.raises(Transient):
            keys()


def test_keys_do_not_show_their_secrets() -> None:
    assert "S3CRET" not in repr(AwsKeys("A", "S3CRET", "S3CRET-token"))
