"""Corrections by hand: a rep that was none is dropped, one that was cut in two is merged. Pure functions on `Session`.

Conventions: reps are named by their number as run, before any correction; the corrected session numbers its reps anew
from 1, still covers the activity, and says in its notes what was done. It lies with the values: the command line and
notebooks correct between the segmenter and the scorer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import hypot, isfinite, nan

from .errors import SegmentError
from .inference import infer_plan
from .session import Kind, Segment, Session


def correct(session: Session, *, drop: Iterable[int] = (), merge: Iterable[Sequence[int]] = ()) -> Session:
    """Return the session less some reps, and with others merged.

    Parameters
    ----------
    session : Session
        As found.
    drop : iterable of int
        Reps as run that were none: their span joins the recovery around them, or the warm-up or cool-down.
    merge : iterable of sequence of int
        Neighbouring reps that were one: from the start of the first to the end of the last.

    Raises
    ------
    SegmentError
        If there is no such rep, a rep is named twice, or the reps to be merged are no neighbours.
    """
    try:
        dropped, merged = list(drop), [list(group) for group in merge]
    except TypeError:
        raise SegmentError(
            f"reps to drop or merge are lists, not {drop!r} and {merge!r}", hint="Write drop=[3] or merge=[(7, 8)]"
        ) from None
    if not dropped and not merged:
        return session
    _check(session, dropped, merged)
    rows = list(session.rows)
    for group in merged:
        rows = _merge(rows, group[0], group[-1])
    for number in dropped:
        rows = _drop(rows, number)
    notes = [f"Rep {n} was dropped by hand" for n in dropped]
    notes += [f"Reps {group[0]} to {group[-1]} were merged by hand" for group in merged]
    rows = _renumbered(rows)
    plan = session.plan
    if plan is None or plan.is_inferred:
        reps = [row for row in rows if row.kind == "rep"]
        plan = infer_plan(
            [rep.duration_s for rep in reps],
            [rep.nominal_distance_m for rep in reps],
            [rep.distance_m for rep in reps],
            [b.start_s - a.end_s for a, b in pairwise(reps)],
        )
    return replace(session, rows=tuple(rows), plan=plan, notes=(*session.notes, *notes))


def _check(session: Session, dropped: Sequence[int], merged: Sequence[Sequence[int]]) -> None:
    n = len(session.reps)
    named = [*dropped, *(number for group in merged for number in group)]
    for number in named:
        if not 1 <= number <= n:
            raise SegmentError(f"there is no rep {number} to correct", hint=f"{n} reps were found")
        if named.count(number) > 1:
            raise SegmentError(f"rep {number} is corrected twice", hint="Name it once")
    for group in merged:
        if len(group) < 2 or list(group) != list(range(group[0], group[0] + len(group))):
            raise SegmentError(
                f"reps {', '.join(map(str, group))} cannot be merged", hint="Name neighbours in order: --merge 7,8"
            )


def _index(rows: Sequence[Segment], number: int) -> int:
    return next(i for i, row in enumerate(rows) if row.kind == "rep" and row.run_rep == number)


def _merge(rows: list[Segment], first: int, last: int) -> list[Segment]:
    a, b = _index(rows, first), _index(rows, last)
    start, end = rows[a], rows[b]
    whole = replace(
        start,
        status="run",
        end_s=end.end_s,
        end_sd_s=end.end_sd_s,
        duration_sd_s=hypot(start.start_sd_s, end.end_sd_s),
        distance_m=sum(row.distance_m for row in rows[a : b + 1]),
        nominal_distance_m=nan,
        source=f"{start.source}+hand",
    )
    return [*rows[:a], whole, *rows[b + 1 :]]


def _drop(rows: list[Segment], number: int) -> list[Segment]:
    i = _index(rows, number)
    has_before = any(row.kind == "rep" for row in rows[:i])
    has_after = any(row.kind == "rep" for row in rows[i + 1 :])
    kind: Kind = "recovery" if has_before and has_after else "warmup" if has_after else "cooldown"
    if not has_before and not has_after:
        kind = "other"
    # What was rest beside the rep joins the same span.
    a, b = i, i + 1
    while a > 0 and rows[a - 1].kind in ("recovery", kind):
        a -= 1
    while b < len(rows) and rows[b].kind in ("recovery", kind):
        b += 1
    span = rows[a:b]
    metres = [row.distance_m for row in span if isfinite(row.distance_m)]
    joined = Segment(
        kind=kind,
        start_s=span[0].start_s,
        end_s=span[-1].end_s,
        start_sd_s=span[0].start_sd_s,
        end_sd_s=span[-1].end_sd_s,
        distance_m=sum(metres) if metres else nan,
        source="hand",
    )
    return [*rows[:a], joined, *rows[b:]]


def _renumbered(rows: Sequence[Segment]) -> list[Segment]:
    number = 0
    numbered = []
    for row in rows:
        number += row.kind == "rep"
        bears_one = row.kind == "rep" or (row.kind == "recovery" and number > 0)
        numbered.append(replace(row, run_rep=number if bears_one else None))
    return numbered
