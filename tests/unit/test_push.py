"""Notifications: whose device a message may go to."""

import pytest

from signalbox.domain.push import PushMessage

APPLICATION = "arn:aws:sns:eu-west-1:123456789012:app/GCM/shop"
ENDPOINT = "arn:aws:sns:eu-west-1:123456789012:endpoint/GCM/shop/0f8fad5b-d9cb-469f-a165-70867728950e"


def test_a_device_of_the_application_is_its_own() -> None:
    assert PushMessage(APPLICATION, ENDPOINT, "Hi", "Hi").has_its_endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        APPLICATION,
        ENDPOINT.replace("/shop/", "/other/"),
        ENDPOINT.replace("/GCM/", "/APNS/"),
        ENDPOINT.replace("123456789012", "123456789013"),
        ENDPOINT.replace("eu-west-1", "us-east-1"),
        ENDPOINT + "/x",
        ENDPOINT + "\n",
        "arn:aws:sns:eu-west-1:123456789012:endpoint/GCM/shop/",
        "arn:aws:sns:eu-west-1:123456789012:topic",
    ],
)
def test_any_other_is_not(endpoint: str) -> None:
    assert not PushMessage(APPLICATION, endpoint, "Hi", "Hi").has_its_endpoint


@pytest.mark.parametrize("application", ["", "arn:aws:sns:eu-west-1:123456789012:topic", APPLICATION + "/x"])
def test_what_is_no_application_has_no_device(application: str) -> None:
    endpoint = application.replace(":app/", ":endpoint/") + "/0f8fad5b-d9cb-469f-a165-70867728950e"

    assert not PushMessage(application, endpoint, "Hi", "Hi").has_its_endpoint
