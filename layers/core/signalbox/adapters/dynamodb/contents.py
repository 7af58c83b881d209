"""A flow's contents as they are stored with it, each under the name of its channel."""

from collections.abc import Mapping

from signalbox.adapters.dynamodb.values import Stored, Values, given
from signalbox.domain.contents import Content, EmailContent, PushContent, SmsContent, WebhookContent

_KIND_BY_CHANNEL: Mapping[str, type[Content]] = {
    kind.channel: kind for kind in (EmailContent, WebhookContent, SmsContent, PushContent)
}


def values_of(content: Content) -> Values:
    """Give the parts that are there, with the channel."""
    return given({"channel": content.channel, **_part_values(content)})


def from_stored(stored: Stored) -> Content:
    """Make the content again; `channel` tells of which kind."""
    parts = {name: value for name, value in stored.items() if name not in {"channel", "content_id"}}
    if "values" in parts:
        parts["values"] = {each["name"]: each["text"] for each in parts["values"]}
    return _KIND_BY_CHANNEL[stored["channel"]](**parts)


def values_of_all(contents: Mapping[str, Content]) -> list[Values] | None:
    """List them: an id may be any text, which not every text can be as a name of an attribute."""
    return [{"content_id": content_id, **values_of(each)} for content_id, each in contents.items()] or None


def all_from(listed: list[Stored]) -> Mapping[str, Content]:
    """Make them again, by their ids."""
    return {each["content_id"]: from_stored(each) for each in listed}


def _part_values(content: Content) -> Values:
    match content:
        case EmailContent():
            return {
                "subject": content.subject,
                "text": content.text,
                "html": content.html,
                "from_name": content.from_name,
            }
        case WebhookContent():
            return {"destination_id": content.destination_id, "data": content.data}
        case SmsContent():
            return {"text": content.text, "trait": content.trait}
        case PushContent():
            values = [{"name": name, "text": text} for name, text in content.values.items()]
            return {"title": content.title, "text": content.text, "values": values, "trait": content.trait}
