"""The names of a partner's definitions within its partition of the Registry table; `keys` has the rules.

The name of each kind begins with a word of its own, so that one kind is one stretch of the partition.
"""

from signalbox.adapters.dynamodb.keys import SEGMENT, SEPARATOR, as_text, joined

_VERSION_DIGITS = 8

FLOW_HEADS = "flow" + SEPARATOR
LIVE_FLOWS = "live_flow" + SEPARATOR
TRIGGER_HEADS = "trigger" + SEPARATOR
TRIGGER_DRAFTS = "trigger_draft" + SEPARATOR
DESTINATIONS = "destination" + SEPARATOR
SEGMENT_HEADS = SEGMENT + SEPARATOR
CONTENT_BLOCKS = "content_block" + SEPARATOR


def trigger_head(trigger_id: str) -> str:
    """Name the committed version of a trigger among its partner's definitions: `trigger#<id>`."""
    return TRIGGER_HEADS + as_text(trigger_id)


def trigger_versions(trigger_id: str) -> str:
    """Give what the names of a trigger's versions begin with: `trigger_version#<id>#`; they sort by number."""
    return SEPARATOR.join(("trigger_version", as_text(trigger_id), ""))


def trigger_version(trigger_id: str, version: int) -> str:
    """Name one version of a trigger: `trigger_version#<id>#<n>`."""
    return f"{trigger_versions(trigger_id)}{version:0{_VERSION_DIGITS}}"


def trigger_draft(trigger_id: str) -> str:
    """Name the draft of a trigger among its partner's definitions: `trigger_draft#<id>`."""
    return TRIGGER_DRAFTS + as_text(trigger_id)


def flow_head(flow_id: str) -> str:
    """Name the current version of a flow among its partner's definitions: `flow#<id>`."""
    return FLOW_HEADS + as_text(flow_id)


def live_flow(flow_id: str) -> str:
    """Name a flow's place among its partner's live ones: `live_flow#<id>`."""
    return LIVE_FLOWS + as_text(flow_id)


def flow_versions(flow_id: str) -> str:
    """Give what the names of a flow's versions begin with: `flow_version#<id>#`; they sort by number."""
    return SEPARATOR.join(("flow_version", as_text(flow_id), ""))


def flow_version(flow_id: str, version: int) -> str:
    """Name one version of a flow: `flow_version#<id>#<n>`."""
    return joined("flow_version", flow_id, text=f"{version:0{_VERSION_DIGITS}}")


def destination(destination_id: str) -> str:
    """Name a destination among its partner's definitions: `destination#<id>`."""
    return DESTINATIONS + as_text(destination_id)


def destination_id_of(sk: str) -> str:
    """Read the id in what `destination` wrote; ids are issued here and short."""
    return sk.removeprefix(DESTINATIONS)


def segment_head(segment_id: str) -> str:
    """Name a segment among its partner's definitions: `segment#<id>`."""
    return SEGMENT_HEADS + as_text(segment_id)


def content_block(name: str) -> str:
    """Name a content block among its partner's definitions: `content_block#<name>`."""
    return CONTENT_BLOCKS + as_text(name)
