"""What an identify that was accepted says of its person, read again from the body that was kept."""

from collections.abc import Mapping

from signalbox.domain.events import Event
from signalbox.wire.json_body import parsed_object, to_text


def traits_of(event: Event) -> Mapping[str, str]:
    """Give each trait as JSON text, the person's own key among them."""
    traits = parsed_object(event.body).get("traits") or {}
    known = {} if event.user_id is None else {"userId": event.user_id}
    return {name: to_text(value) for name, value in {**traits, **known}.items()}
