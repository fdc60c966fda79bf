"""A plan as runners write it: the text that `notation.parse_plan` reads as the same plan, as short as it can be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from math import isfinite

from ..goal import race_name
from ..plan import Plan
from ..quantities.text import write_distance, write_time
from ..steps import Pace, Step


@dataclass(frozen=True, slots=True)
class _Written:
    """One set as it is written: what is inside, and the rest that follows it where that is another."""

    body: str
    rest: str
    is_item: bool
    """Whether the body stands without brackets."""


def write_plan(plan: Plan) -> str:
    """Return the text that `parse_plan` reads as the same plan."""
    paces = plan.pace if isinstance(plan.pace, tuple) else (plan.pace,) * plan.reps
    race = f"@ {race_name(plan.race_m)}" if plan.race_m is not None else ""
    reps = [
        (_what(step), _rest_text(step), _pace_text(pace) or race) for step, pace in zip(plan.steps, paces, strict=True)
    ]
    numbers = [step.set_number for step in plan.steps]
    sets = [[rep for _, rep in one] for _, one in groupby(zip(numbers, reps, strict=True), key=lambda pair: pair[0])]
    written = [_write_set(one, is_last=i == len(sets) - 1) for i, one in enumerate(sets)]
    if len(written) > 1 and written[-1].body == written[-2].body:
        written[-1] = written[-2]
    items = []
    for one, same in groupby(written):
        count = len(list(same))
        if count > 1 or one.rest or not one.is_item:
            body = f"({one.body})" if not (count == 1 and one.is_item and one.body.isalnum()) else one.body
            items.append(f"{f'{count}x' if count > 1 else ''}{body} {one.rest}".strip())
        else:
            items.append(one.body)
    text = " + ".join(items)
    if plan.hammer:
        text += f" hammer {','.join(map(str, plan.hammer))}"
    goal = plan.goal
    if goal is None or (plan.pace is not None and goal == replace(plan, goal=None).goal):
        return text
    is_plain = len(items) == 1 and not race and plan.pace is None and not goal.text.endswith("km/h")
    return f"{text} @ {goal.text}" if is_plain and not plan.hammer else f"{text} goal {goal.text}"


def _write_set(reps: list[tuple[str, str, str]], *, is_last: bool) -> _Written:
    *_, (what, after, pace) = reps
    within = reps[-2][1] if len(reps) > 1 else ""
    inner = [*reps[:-1], (what, within, pace)]
    outer = "" if is_last or after == within else after or "r free"
    runs = [(rep, len(list(same))) for rep, same in groupby(inner)]
    if len(runs) > 1 and all(n == 1 for _, n in runs) and len({rep[1:] for rep, _ in runs}) == 1:
        ladder = "-".join(rep[0] for rep, _ in runs)
        return _Written(_joined(ladder, within, pace), outer, True)
    parts = [_joined(f"{n}x{rep[0]}" if n > 1 else rep[0], *rep[1:]) for rep, n in runs]
    return _Written(" + ".join(parts), outer, len(parts) == 1)


def _joined(*words: str) -> str:
    return " ".join(word for word in words if word)


def _what(step: Step) -> str:
    if not isfinite(step.distance_m):
        return write_time(step.duration_s)
    text = write_distance(step.distance_m)
    return text.removesuffix("m") if step.distance_m >= 100.0 and text[:-1].isdigit() else text


def _rest_text(step: Step) -> str:
    if isfinite(step.rest_s):
        amount = f"r{write_time(step.rest_s)}"
    elif isfinite(step.rest_m):
        amount = f"r{write_distance(step.rest_m)}"
    elif isfinite(step.rest_ratio):
        amount = "r1:1" if step.rest_ratio == 1.0 else f"r={step.rest_ratio:g}rep"
    else:
        amount = "r free" if step.rest_how else ""
    return _joined(amount, step.rest_how)


def _pace_text(pace: Pace | None) -> str:
    if pace is None:
        return ""
    if isfinite(pace.race_m):
        return f"@ {race_name(pace.race_m)}"
    fast, slow = write_time(pace.fast_s_per_km), write_time(pace.slow_s_per_km)
    return f"@ {fast}/km" if fast == slow else f"@ {fast}-{slow}/km"
