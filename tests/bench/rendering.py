"""Messages a second of an e-mail of twenty lines, as HTML and as text, on one core and templates compiled once."""

import json
import time
from statistics import median

from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.contacts import Contact
from signalbox.domain.content import content_names
from signalbox.domain.contents import EmailContent
from signalbox.domain.messages import EmailMessage
from tests.bench.figures import Figure
from tests.unit import makers

LEAST_PER_SECOND = 3_000
ROUNDS = 21
BLOCK = 300

HTML = """<html><body>
<h1>Hello {{ contact.firstName | default("there") }},</h1>
<p>you left something in your cart at {{ flow.name }}.</p>
<table>
{% for item in event.properties.cartItems %}
  <tr>
    <td>{{ loop.index }}</td>
    <td><a href="{{ item.url }}">{{ item.name }}</a></td>
    <td>{{ item.quantity }} x {{ item.price }}</td>
  </tr>
{% endfor %}
</table>
{% if event.properties.total > 100 %}
<p>Delivery is free for {{ event.properties.total }} and more.</p>
{% else %}
<p>Add {{ 100 - event.properties.total }} for free delivery.</p>
{% endif %}
<p>{{ trigger.count }} others look at {{ event.properties.cartItems[0].name | upper }} as well.</p>
<p><a href="https://shop.example/cart/{{ event.properties.cartId | urlencode }}">Go to your cart</a></p>
<p><a href="{{ unsubscribe_url }}">Unsubscribe</a></p>
</body></html>"""
TEXT = """Hello {{ contact.firstName | default("there") }},
{% for item in event.properties.cartItems %}{{ item.quantity }} x {{ item.name }}: {{ item.price }}
{% endfor %}{{ event.properties.total }}, {{ unsubscribe_url }}"""
ITEMS = [
    {"name": f"Shoe & {number}", "url": "https://shop.example/1", "quantity": 1, "price": 19.9} for number in range(3)
]
BODY = {
    "properties": {"properties": {"cartItems": ITEMS, "total": 59.7, "cartId": "cart 7"}},
    "traits": {"firstName": "Ana"},
}
BODY_TEXT = json.dumps(BODY)
CONTENT = EmailContent(subject="{{ contact.firstName }}, your cart", text=TEXT, html=HTML)


def measure() -> list[Figure]:
    """Render one message again and again, its names laid out of the stored event each time."""
    renderer = JinjaRenderer()
    flow, match = makers.flow(content=CONTENT), makers.match(row={"count": 3})
    event = makers.event(event_type="custom_cart", body=BODY_TEXT)
    contact = Contact(makers.PARTNER_ID, "ana@example.org")

    def block() -> float:
        begun = time.process_time()
        for _ in range(BLOCK):
            names = content_names(flow, match, event, contact, unsubscribe_url="https://shop.example/u/1")
            rendered = renderer.render(CONTENT, names, "ana@example.org")
            assert isinstance(rendered, EmailMessage), rendered
        return BLOCK / (time.process_time() - begun)

    block()  # compiles the templates
    rate = median(block() for _ in range(ROUNDS))
    return [Figure.at_least(LEAST_PER_SECOND, "Messages rendered on one core", round(rate), "per second")]
