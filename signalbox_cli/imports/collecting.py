"""The collect endpoint as an import calls it: many events a request, each with an answer of its own."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx

from signalbox_cli.api import TIMEOUT_S, checked_url
from signalbox_cli.errors import Stop
from signalbox_cli.imports.carrying import Row, Told
from signalbox_cli.imports.journal import Refused

PATH = "/v1/batch"
_QUARANTINED = "quarantined"
_REFUSED = {
    401: "The secret is not this partner's, or it was revoked. Give one that works: signalbox partners secrets issue",
    403: "This partner's events are refused: it is disabled, or may not send here.",
}


class Collect:
    """Sends events for one partner; raises Stop where the endpoint takes none of them."""

    def __init__(self, url: str, transport: httpx.BaseTransport, partner_id: str, secret: str) -> None:
        credentials = httpx.BasicAuth(partner_id, secret)
        self._url = checked_url(url)
        self._client = httpx.Client(base_url=self._url, transport=transport, timeout=TIMEOUT_S, auth=credentials)

    def send(self, rows: Sequence[Row]) -> Told:
        """Send a part; what a row says is JSON already."""
        body = f'{{"batch":[{",".join(row.text for row in rows)}]}}'.encode()
        try:
            answer = self._client.post(PATH, content=body, headers={"content-type": "application/json"})
        except httpx.TransportError as error:
            raise Stop(f"{self._url} does not answer ({type(error).__name__}): check the network.") from error
        if not answer.is_success:
            raise Stop(
                _REFUSED.get(answer.status_code) or f"{self._url}{PATH} answered {answer.status_code}: try again."
            )
        return _told(rows, answer.json()["results"])


def _told(rows: Sequence[Row], results: Sequence[Any]) -> Told:
    counts: Counter[str] = Counter()
    refused = []
    for row, result in zip(rows, results, strict=True):
        if result["status"] == _QUARANTINED:
            why = "; ".join(f"{each['path'] or '/'}: {each['reason']}" for each in result["reasons"])
            refused.append(Refused(row.line, why))
        else:
            counts[result["status"]] += 1
    return Told(counts, refused)
