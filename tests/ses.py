"""Events as Amazon SES writes them: every member that its guide lists, so that nothing is read by luck."""

import json
from typing import Any

from signalbox.domain.decision_names import DecisionName
from tests.unit import makers

RECIPIENT = "ana@example.org"
MESSAGE_ID = "0102019a6d5e7f21-3f0c5a6e-7d2b-4f0e-9a3c-1b2c3d4e5f60-000000"
NAME = DecisionName.of(makers.PARTNER_ID, "flow_1", "event-1")
SENT_AT = "2026-03-01T12:00:01.012Z"
TOLD_AT = "2026-03-01T12:00:05.669Z"

BOUNCE: dict[str, Any] = {
    "bounceType": "Permanent",
    "bounceSubType": "General",
    "bouncedRecipients": [
        {
            "emailAddress": RECIPIENT,
            "action": "failed",
            "status": "5.1.1",
            "diagnosticCode": f"smtp; 550 5.1.1 <{RECIPIENT}>: no such mailbox",
        }
    ],
    "timestamp": TOLD_AT,
    "feedbackId": "0102019a6d5e8f00-aaaa0000-1111-2222-3333-444455556666-000000",
    "reportingMTA": "dsn; a1-2.smtp-out.eu-west-1.amazonses.com",
    "remoteMtaIp": "192.0.2.7",
}
COMPLAINT: dict[str, Any] = {
    "complainedRecipients": [{"emailAddress": RECIPIENT}],
    "timestamp": TOLD_AT,
    "feedbackId": "0102019a6d5e8f01-aaaa0000-1111-2222-3333-444455556666-000000",
    "complaintSubType": None,
    "userAgent": "ExampleCorp Feedback Loop (V0.01)",
    "complaintFeedbackType": "abuse",
    "arrivalDate": "2026-03-01T12:00:04.000Z",
}
OPEN: dict[str, Any] = {"ipAddress": "192.0.2.1", "timestamp": TOLD_AT, "userAgent": "Mozilla/5.0 (iPhone)"}

MEMBERS: dict[str, tuple[str, dict[str, Any]]] = {
    "Send": ("send", {}),
    "Delivery": (
        "delivery",
        {
            "timestamp": TOLD_AT,
            "processingTimeMillis": 4657,
            "recipients": [RECIPIENT],
            "smtpResponse": "250 2.0.0 OK",
            "reportingMTA": "a1-2.smtp-out.eu-west-1.amazonses.com",
            "remoteMtaIp": "192.0.2.7",
        },
    ),
    "DeliveryDelay": (
        "deliveryDelay",
        {
            "timestamp": TOLD_AT,
            "delayType": "TransientCommunicationFailure",
            "expirationTime": "2026-03-02T02:00:01.012Z",
            "delayedRecipients": [
                {"emailAddress": RECIPIENT, "status": "4.4.1", "diagnosticCode": "smtp; 421 4.4.1 try later"}
            ],
        },
    ),
    "Bounce": ("bounce", BOUNCE),
    "Complaint": ("complaint", COMPLAINT),
    "Open": ("open", OPEN),
    "Click": ("click", {**OPEN, "link": "https://shop.example/?user=ana", "linkTags": {"kind": ["sale"]}}),
    "Reject": ("reject", {"reason": "Bad content"}),
    "Rendering Failure": ("failure", {"templateName": "t", "errorMessage": f"Attribute {RECIPIENT} is not present"}),
    "Subscription": (
        "subscription",
        {"contactList": "l", "timestamp": TOLD_AT, "source": "UnsubscribeHeader", "newTopicPreferences": {}},
    ),
}


def event(kind: str, name: DecisionName | None = NAME, **changes: Any) -> dict[str, Any]:
    """Give an event of a kind about a decision; `changes` are of the member with its particulars."""
    member, particulars = MEMBERS[kind]
    return {"eventType": kind, "mail": _mail(name), member: {**particulars, **changes}}


def text(kind: str, name: DecisionName | None = NAME, **changes: Any) -> str:
    """Give it as SNS passes it on."""
    return json.dumps(event(kind, name, **changes))


def _mail(name: DecisionName | None) -> dict[str, Any]:
    ours = {tag: [value] for tag, value in name.as_tags().items()} if name else {}
    return {
        "timestamp": SENT_AT,
        "source": "news@shop.example",
        "sourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/news@shop.example",
        "sendingAccountId": "123456789012",
        "messageId": MESSAGE_ID,
        "destination": [RECIPIENT],
        "headersTruncated": False,
        "headers": [
            {"name": "From", "value": "Shop <news@shop.example>"},
            {"name": "To", "value": RECIPIENT},
            {"name": "List-Unsubscribe", "value": "<https://api.example/u/token>"},
        ],
        "commonHeaders": {"from": ["Shop <news@shop.example>"], "to": [RECIPIENT], "subject": "Hello"},
        "tags": {
            "ses:configuration-set": ["feedback"],
            "ses:source-ip": ["192.0.2.0"],
            "ses:from-domain": ["shop.example"],
            "ses:caller-identity": ["send"],
            **ours,
        },
    }
