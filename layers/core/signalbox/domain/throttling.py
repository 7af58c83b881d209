"""How long a message waits that its provider had no room for: the account's sending rate or quota was used up."""

from datetime import timedelta

SPANS = tuple(timedelta(minutes=minutes) for minutes in (2, 4, 8, 16, 32, 60))
"""The longest that it waits after each attempt, the last after every further one.

SES asks for up to ten minutes ("Errors related to the sending quotas for your Amazon SES account"); a quota for a day
lasts longer, and each attempt costs as much as a message.
"""


def throttled_delay(attempts: int, share: float) -> timedelta:
    """Tell how long to wait after that many attempts, from half its span to the whole; there is always a next time.

    `share` is a random number from 0 to 1: a burst that came together does not come back together.
    """
    return SPANS[min(attempts, len(SPANS)) - 1] / 2 * (1 + share)
