"""The collect function in Lambda's own image, served by `sam local start-api` against the local stack's store."""

from pathlib import Path

import pytest

from local import container_api
from local.deployment import Deployment
from local.ministack import MiniStack
from local.story import Story
from local.story_posts import GUIDE_PAYLOAD, Answer, post
from tests.free_ports import free_port


@pytest.mark.docker
def test_an_event_posted_to_the_container_is_in_the_local_stacks_store(
    stack: MiniStack, deployed: Deployment, tmp_path: Path
) -> None:
    story = Story(deployed)
    partner, secret = story.partners.create_partner("Container shop")
    payload = GUIDE_PAYLOAD.replace("PARTNER", partner.partner_id).replace("SECRET", secret)

    with container_api.serving(stack, deployed, free_port(), tmp_path / "start-api.log") as address:
        answers = [post(address, payload), post(address, payload.replace(secret, "wrong"))]

    assert answers == [Answer(200, ""), Answer(401, '{"error": "Unauthorized"}')]
    assert [event.identity for event in story.events_of(partner)] == ["ana@example.org"]
