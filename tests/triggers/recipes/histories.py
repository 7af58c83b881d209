"""What is received over time, for the tests of recipes: drawn at random, and every case at a boundary."""

from datetime import timedelta
from itertools import product

from hypothesis import strategies as st

from signalbox.domain.events import Event
from signalbox.domain.recipes.lookback import REPEAT_MARGIN
from tests.triggers.conftest import START, make_event
from tests.triggers.recipes.models import Step

MINUTE = 60_000
WAIT = 120 * MINUTE
TYPES = {"start": "add_to_cart", "cancel": "complete_transaction", "other": "page_view"}
NO_KEY = object()

# Whole hours, and an instant to each side of them: what happens at one instant, or exactly a wait apart, is common.
instants = st.builds(
    lambda hours, shift: hours * 60 * MINUTE + shift, st.integers(0, 6), st.sampled_from([0, 0, -1, 1])
)
arrivals = st.tuples(
    instants,
    st.sampled_from(["start", "start", "start", "cancel", "other"]),
    st.sampled_from(["ana@example.org", "ana@example.org", "bo@example.org", None]),
    st.sampled_from(["cart-1", "cart-1", "cart-2", 7, "7", "", None, NO_KEY]),
    st.sampled_from([None, None, None, 1, 20 * MINUTE, REPEAT_MARGIN // timedelta(milliseconds=1)]),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """Draw what is received, repeats of an event among it, each within the margin in which it is known as one."""
    steps = []
    for number, (at, kind, identity, key, repeated_after) in enumerate(draw(st.lists(arrivals, max_size=20))):
        steps.append(Step(at, f"e{number:02}", kind, identity, key))
        if repeated_after is not None:
            steps.append(Step(at + repeated_after, f"e{number:02}", kind, identity, key))
    return draw(st.permutations(steps))


def event_of(step: Step) -> Event:
    properties = {} if step.key is NO_KEY else {"cartId": step.key}
    instant = START + timedelta(milliseconds=step.at)
    return make_event(
        step.event_id,
        at_ms=step.at,
        event_type=TYPES[step.kind],
        identity=step.identity,
        occurred_at=instant,
        body={"properties": properties},
    )


def boundary_cases() -> list[Step]:
    """Give every start followed by two steps, each at once, within, just within, right at and just after the wait."""
    gaps = (0, WAIT // 2, WAIT - 1, WAIT, WAIT + 1)
    steps = []
    for number, (second, third, gap, next_gap) in enumerate(product(TYPES, ("start", "cancel"), gaps, gaps)):
        for place, (kind, at) in enumerate((("start", 0), (second, gap), (third, gap + next_gap))):
            steps.append(Step(at, f"e{number}-{place}", kind, f"p{number}@example.org", f"cart-{number}"))
    return steps
