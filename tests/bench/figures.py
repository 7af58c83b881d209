"""What a run of the benchmarks found out, one figure at a time."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Figure:
    """One measured number; without a target it is there to be read beside the others."""

    name: str
    value: float
    unit: str
    target: str | None = None
    holds: bool | None = None

    @classmethod
    def at_most(cls, limit: float, name: str, value: float, unit: str) -> Self:
        """Make a figure that is to stay under a limit."""
        return cls(name, round(value, 4), unit, f"at most {limit:g}", value <= limit)

    @classmethod
    def at_least(cls, floor: float, name: str, value: float, unit: str) -> Self:
        """Make a figure that is to reach a floor."""
        return cls(name, round(value, 4), unit, f"at least {floor:g}", value >= floor)

    @classmethod
    def exactly(cls, wanted: float, name: str, value: float, unit: str) -> Self:
        """Make a figure that is to be one number."""
        return cls(name, round(value, 4), unit, f"{wanted:g}", value == wanted)
