"""Start a run: ask for one evaluation of every partner that may have live flows."""

from datetime import datetime

from signalbox.ports import EvaluationRequests, LiveFlows


class Scheduling:
    """The use case of the minute's schedule."""

    def __init__(self, live_flows: LiveFlows, requests: EvaluationRequests) -> None:
        self._live_flows = live_flows
        self._requests = requests

    def start_run(self, scheduled_at: datetime) -> int:
        """Ask for all evaluations of the run and give their number; starting a run twice is harmless."""
        partner_ids = list(self._live_flows.partner_ids())
        self._requests.request(partner_ids, scheduled_at)
        return len(partner_ids)
