"""What an experiment has shown: rates, lift and its interval, and whether the split was as it ought to be.

Each person counts once, in the arm of their first exposure; whoever counts sees to that.
The methods, all in closed form and sound at small counts (docs/decisions/0019):

- a rate's 95 % interval is Wilson's score interval (E. B. Wilson, 1927);
- the lift is the difference of two rates, its 95 % interval Newcombe's hybrid score interval
  (R. G. Newcombe, Statistics in Medicine 17, 1998, method 10), which needs no conversions to be there;
- the split is tested by Pearson's chi-square over all arms, the holdout too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import erfc, exp, gamma, sqrt

Z_95 = 1.959963984540054
"""The standard normal's 97.5 % point: 95 % lie between it and its negative."""
MIN_EXPECTED = 5
"""Chi-square is no good approximation where an arm expects fewer (W. G. Cochran, 1954)."""
MISMATCH_BELOW = 0.001
"""A split this unlikely is called a fault; it is looked at again and again, so 0.05 would cry wolf."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % confidence interval, both ends included."""

    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Tell whether it is surely on one side."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class ArmCount:
    """How many people an arm has exposed and how many of them met the goal in time."""

    exposed: int
    converted: int

    @property
    def rate(self) -> float | None:
        """Give the share that converted, None while nobody was exposed."""
        return self.converted / self.exposed if self.exposed else None

    def rate_interval(self) -> Interval:
        """Give Wilson's interval of the rate; everything from 0 to 1 while nobody was exposed."""
        if not self.exposed:
            return Interval(0.0, 1.0)
        rate, weight = self.converted / self.exposed, Z_95**2 / self.exposed
        middle = rate + weight / 2
        reach = sqrt(weight * (rate * (1 - rate) + weight / 4))
        # Rounding would leave a hair beside the exact ends, and a bound of -1e-17 under a rate of 0.
        low = (middle - reach) / (1 + weight) if self.converted else 0.0
        high = (middle + reach) / (1 + weight) if self.converted < self.exposed else 1.0
        return Interval(low, high)


@dataclass(frozen=True, slots=True)
class Lift:
    """How an arm did beside its control.

    `difference` is in rates: 0.02 is two more of a hundred people. `relative` is that by the control's rate, None
    where the control has no conversions; it has no interval of its own.
    """

    difference: float
    interval: Interval
    relative: float | None


def lift(arm: ArmCount, control: ArmCount) -> Lift | None:
    """Compare an arm with its control, None while one of them has exposed nobody."""
    if arm.rate is None or control.rate is None:
        return None
    difference = arm.rate - control.rate
    of_arm, of_control = arm.rate_interval(), control.rate_interval()
    below = sqrt((arm.rate - of_arm.low) ** 2 + (of_control.high - control.rate) ** 2)
    above = sqrt((of_arm.high - arm.rate) ** 2 + (control.rate - of_control.low) ** 2)
    relative = difference / control.rate if control.rate else None
    return Lift(difference, Interval(difference - below, difference + above), relative)


def split_probability(exposed: Mapping[str, int], shares: Mapping[str, float]) -> float | None:
    """Give the probability of a split at least this uneven by chance; None while there are too few to tell.

    Both maps are by arm; somebody in an arm whose share is 0 makes it 0. Below `MISMATCH_BELOW` the results are not
    to be believed: people of one arm were lost or counted twice.
    """
    if any(count and not shares.get(arm) for arm, count in exposed.items()):
        return 0.0
    total = sum(exposed.values())
    expected = {arm: share * total for arm, share in shares.items() if share > 0}
    if len(expected) < 2 or min(expected.values()) < MIN_EXPECTED:  # noqa: PLR2004 - one arm cannot be uneven
        return None
    statistic = sum((exposed.get(arm, 0) - count) ** 2 / count for arm, count in expected.items())
    return chi_square_tail(statistic, len(expected) - 1)


def chi_square_tail(statistic: float, degrees: int) -> float:
    """Give the probability that chi-square with whole `degrees` of freedom (1 to 40) is over `statistic`.

    With x half the statistic this is Q(degrees / 2, x), the upper regularised gamma function, exact by its recurrence
    Q(a + 1, x) = Q(a, x) + x^a e^-x / gamma(a + 1) from Q(1/2, x) = erfc(sqrt x) or Q(1, x) = e^-x
    (NIST Digital Library of Mathematical Functions, 8.8.6); all its terms are positive, so no digits are lost.
    """
    half = statistic / 2
    order, tail = (1.0, exp(-half)) if degrees % 2 == 0 else (0.5, erfc(sqrt(half)))
    while order < degrees / 2:
        tail += half**order * exp(-half) / gamma(order + 1)
        order += 1
    return min(tail, 1.0)
