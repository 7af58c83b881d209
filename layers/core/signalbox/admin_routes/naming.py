"""The names of flows, for answers about what flows did."""

from collections.abc import Mapping

from signalbox.ports import Definitions


def flow_names(definitions: Definitions, partner_id: str) -> Mapping[str, str]:
    """Give the names of all of a partner's flows by their ids, those of archived ones too."""
    return {each.flow_id: each.name for each in definitions.flows_of(partner_id)}
