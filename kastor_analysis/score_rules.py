"""`Rules`: the numbers of the score, as data, so that another recipe needs no code."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from .arguments import names_arguments
from .errors import PlanError
from .files.handwritten import number, said

_MOST = 100_000.0  # no distance, time or score of a session is more
_NOT_ZERO = ("band_fade", "rest_fade", "easy_full_s", "hammer_gain_weight")
"""What something is divided by."""
_ADDED_UP = (
    ("weight_pace", "weight_hammer", "weight_rest", "weight_structure"),
    ("structure_reps", "structure_warmup", "structure_cooldown"),
)
"""Weights of which the sum is divided by."""
_RISING = ("hammer_gain", "hammer_gain_10k")
_SHARES = ("band_weight", "hammer_wrong_rep_share")


@names_arguments(PlanError)
@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The numbers of the score; defaults are the Kastor session's. Ratios are time / target unless said.

    Raises
    ------
    PlanError
        Naming the rule that no score can be made by.

    Examples
    --------
    >>> Rules().band, Rules().band_10k
    ((0.97, 1.01), (0.96, 1.01))
    >>> from dataclasses import replace
    >>> Plan(reps=8, distance_m=400, rules=replace(Rules(), rest_band=(0.8, 1.2))).rules.rest_band
    (0.8, 1.2)
    """

    band: tuple[float, float] = (0.97, 1.01)
    band_10k: tuple[float, float] = (0.96, 1.01)
    band_no_goal: tuple[float, float] = (0.98, 1.02)
    band_fade: float = 0.04
    band_weight: float = 0.75
    start_full: float = 0.98
    start_zero: float = 0.94
    start_reps: int = 3
    start_against: tuple[int, int] = (4, 11)
    start_min_regular: int = 6
    budget_reps: tuple[int, int] = (13, 15)
    rest_band: tuple[float, float] = (0.90, 1.10)
    rest_fade: float = 0.40
    hammer_gain: tuple[float, float] = (0.02, 0.10)
    hammer_gain_10k: tuple[float, float] = (0.055, 0.135)
    hammer_gain_weight: float = 85.0
    hammer_rank_weight: float = 15.0
    hammer_rank_zero: int = 3
    hammer_all_out: float = 75.0
    hammer_faster: float = 35.0
    hammer_wrong_rep_gain: float = 0.05
    hammer_wrong_rep_margin: float = 0.03
    hammer_wrong_rep_share: float = 0.60
    structure_reps: float = 60.0
    structure_warmup: float = 20.0
    structure_cooldown: float = 20.0
    easy_full_s: float = 600.0
    missing_within_s: float = 120.0
    weight_pace: float = 45.0
    weight_hammer: float = 25.0
    weight_rest: float = 20.0
    weight_structure: float = 10.0

    def __post_init__(self) -> None:
        for field in fields(self):
            _check_like(field.name, getattr(self, field.name), field.default)
        for name in _NOT_ZERO:
            if getattr(self, name) == 0:
                raise _wrong(name, "must not be 0")
        for name in _RISING:
            low, high = getattr(self, name)
            if not low < high:
                raise _wrong(name, f"must rise, not {low:g} to {high:g}")
        for name in _SHARES:
            if getattr(self, name) > 1:
                raise _wrong(name, f"must be from 0 to 1, not {getattr(self, name):g}")
        if not self.start_zero < self.start_full:
            raise _wrong("start_full", "must be above start_zero")
        for names in _ADDED_UP:
            if sum(getattr(self, name) for name in names) == 0:
                raise _wrong(names[0], f"and {', '.join(names[1:])} must not all be 0")


def _check_like(name: str, value: Any, default: Any) -> None:
    """Refuse a rule that is not of the type of its default, or no number at all."""
    numbers, likes = (value, default) if isinstance(default, tuple) else ((value,), (default,))
    if not isinstance(numbers, tuple) or len(numbers) != len(likes):
        raise _wrong(name, f"must be like {default!r}, not {said(value)}")
    found = [number(item) for item in numbers]
    for item, like in zip(found, likes, strict=True):
        least = 1.0 if isinstance(like, int) else 0.0
        if item is None or not least <= item <= _MOST or (isinstance(like, int) and item % 1):
            raise _wrong(name, f"must be like {default!r}, not {said(value)}")
    if sorted(numbers) != list(numbers):
        raise _wrong(name, f"must not fall from {numbers[0]} to {numbers[-1]}")


def _wrong(name: str, what: str) -> PlanError:
    return PlanError(f"{name} {what}", where=f"key rules.{name}")
