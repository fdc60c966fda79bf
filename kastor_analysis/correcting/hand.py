"""`apply`: corrections -> a session that covers the recording anew. A pure function.

Conventions: what stands out (reps, strides, and whatever a hand called something) are marks; everything between them is
ground. Corrections change marks alone; then the ground is laid anew between them from what was found, reps are numbered
anew, and the plan is inferred anew where nobody gave one. So the order of corrections that have nothing to do with each
other makes no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import hypot, isfinite, nan

import numpy as np

from ..corrections import Calling, Correction, Corrections, instant_text
from ..errors import SegmentError
from ..motion import motion_of
from ..plan import Plan
from ..plans.inference import plan_for
from ..segments import Kind, Segment
from ..session import Session, in_sets

HAND_SD_S = 0.5
"""One standard deviation of a boundary set by hand: by a clock to the second, or by eye on a chart of one sample a
second. A press of the lap button is itself 0.3 to 0.5 s off."""

SHORTEST_S = 2.0  # nobody runs a rep in less
ALREADY_WITHIN_S = 5.0
"""A split at a place where two reps meet within this is one that was found meanwhile."""
SAME_SHARE = 0.10
"""A rep whose time was moved by less than this share is still of the distance it was found to be."""

STANDING_OUT = frozenset({"rep", "stride"})
Metres = Callable[[float, float], float]


def apply(session: Session, corrections: Corrections) -> Session:
    """Return the session corrected; see `Corrections.apply`."""
    found = session.found or session
    if not corrections.are_of(found.activity.start_time):
        told = "The corrections kept beside it are of a recording that starts at another time: they were left out"
        return replace(found, notes=(*found.notes, told))
    hand = Hand(found)
    unmet = []
    notes: list[str] = []
    for correction in corrections:
        said = hand.take(correction)
        if said is None:
            unmet.append(correction)
        elif said:
            notes.append(said)
    notes += [
        f"A correction by hand meets nothing here any more and waits: {correction} ({_why(correction)})"
        for correction in unmet
    ]
    rows = numbered(hand.cover())
    return replace(
        found,
        rows=tuple(rows),
        plan=plan_of(found, rows, corrections),
        notes=(*found.notes, *notes),
        found=found,
        corrections=corrections,
        unmet=tuple(unmet),
    )


def numbered(rows: Sequence[Segment]) -> list[Segment]:
    """Return segments with their reps numbered from 1 and grouped in sets, each recovery by the rep before it."""
    number = 0
    out = []
    for row in rows:
        number += row.kind == "rep"
        bears_one = row.kind == "rep" or (row.kind == "recovery" and number > 0)
        out.append(replace(row, run_rep=number if bears_one else None))
    return list(in_sets(out))


def meets(row: Segment, from_s: float, to_s: float) -> bool:
    """Return whether a span names a segment: they share more than half of the time they take up together."""
    shared_s = min(row.end_s, to_s) - max(row.start_s, from_s)
    return shared_s > 0.5 * (max(row.end_s, to_s) - min(row.start_s, from_s))


def metres_of(session: Session) -> Metres:
    """Return what measures a span of a session: its motion, else the distances of its segments."""
    try:
        return motion_of(session.activity).gained_m
    except SegmentError:
        pass
    edges = np.array([0.0, *(row.end_s for row in session.rows)])
    covered = np.cumsum([0.0, *(row.distance_m if isfinite(row.distance_m) else 0.0 for row in session.rows)])

    def gained_m(start_s: float, end_s: float) -> float:
        at = np.interp([start_s, end_s], edges, covered)
        return float(at[1] - at[0])

    return gained_m


class Hand:
    """The marks of a session while corrections are made to it.

    Attributes
    ----------
    marks : list of Segment
        Reps, strides, and what was called something by hand; in no order.
    metres : callable
        The distance between two instants.
    """

    def __init__(self, found: Session) -> None:
        self._found = found
        self._end_s = found.rows[-1].end_s if found.rows else found.activity.duration_s
        self.metres: Metres = metres_of(found)
        self.marks: list[Segment] = [
            replace(row, found_rep=row.run_rep) if row.kind == "rep" else row
            for row in found.rows
            if row.kind in STANDING_OUT
        ]

    def take(self, c: Correction) -> str | None:
        """Make one correction; return what a report says of it (nothing of some), or None where it meets nothing."""
        from_s, to_s = c.from_s or 0.0, c.to_s or 0.0
        match c.do:
            case "note":
                return f"Noted by hand: {c.text}"
            case "plan":
                return f"The plan was named by hand: {c.text}"
            case "split":
                return self._split(from_s, from_s if c.to_s is None else to_s)
            case "merge":
                return self._merge(from_s, to_s)
            case "add":
                return self._called(from_s, to_s, "rep", "was added")
            case "call" if c.kind is not None:
                return self._called(from_s, to_s, c.kind, f"was called {c.kind}")
        mark = self._met(from_s, to_s)
        if mark is None:
            return None
        name = _name(mark)
        match c.do:
            case "drop":
                self.marks.remove(mark)
                return f"{name} was dropped by hand"
            case "move":
                return self._move(mark, c, name)
            case "time":
                self._exchange(mark, replace(mark, hand_time_s=c.time_s or nan))
                return f"{name} was timed by hand"
            case "distance":
                self._exchange(mark, replace(mark, nominal_distance_m=c.distance_m or nan))
                return f"{name} was given its distance by hand"
        return None

    def cover(self) -> list[Segment]:
        """Return segments that cover the recording: the marks, and the ground between them."""
        marks = sorted(self.marks, key=lambda m: m.start_s)
        reps = [m for m in marks if m.kind == "rep"]
        first_s, last_s = (reps[0].start_s, reps[-1].end_s) if reps else (nan, nan)
        rows: list[Segment] = []
        at_s = 0.0
        for mark in [*marks, None]:
            until_s = self._end_s if mark is None else mark.start_s
            if until_s > at_s:
                before, after = until_s <= first_s, at_s >= last_s
                rows += self._ground(at_s, until_s, "before" if before else "after" if after else "between")
            if mark is not None:
                rows.append(mark)
                at_s = mark.end_s
        return self._joined(rows)

    # -- corrections

    def _split(self, at_s: float, again_s: float) -> str | None:
        mark = next((m for m in self.marks if m.kind == "rep" and m.start_s < at_s and again_s < m.end_s), None)
        if mark is None or min(at_s - mark.start_s, mark.end_s - again_s) < SHORTEST_S:
            reps = sorted((m for m in self.marks if m.kind == "rep"), key=lambda m: m.start_s)
            is_already = any(
                abs(a.end_s - at_s) <= ALREADY_WITHIN_S and abs(b.start_s - again_s) <= ALREADY_WITHIN_S
                for a, b in pairwise(reps)
            )
            return "" if is_already else None
        half = replace(mark, status="run", nominal_distance_m=nan, hand_time_s=nan)
        self.marks.remove(mark)
        self._put(self._moved(half, mark.start_s, at_s), self._moved(half, again_s, mark.end_s))
        return f"{_name(mark)} was split by hand at {instant_text(at_s)}"

    def _merge(self, from_s: float, to_s: float) -> str | None:
        inside = sorted(
            (m for m in self.marks if _share_inside(m, from_s, to_s) > 0.5 and m.kind in STANDING_OUT),
            key=lambda m: m.start_s,
        )
        reps = [m for m in inside if m.kind == "rep"]
        if len(reps) < 2:
            return "" if reps and meets(reps[0], from_s, to_s) else None
        first, last = reps[0], reps[-1]
        start, _ = _sources(first)
        _, end = _sources(last)
        whole = replace(
            first,
            status="run",
            end_s=last.end_s,
            end_sd_s=last.end_sd_s,
            duration_sd_s=hypot(first.start_sd_s, last.end_sd_s),
            distance_m=self.metres(first.start_s, last.end_s),
            nominal_distance_m=nan,
            hand_time_s=nan,
            source=f"{start if start == end else f'{start}/{end}'}+hand",
        )
        self.marks = [m for m in self.marks if m not in inside or not (first.start_s <= m.start_s < last.end_s)]
        self._put(whole)
        return f"{_name(first)[:3]}s {_named(first)} to {_named(last)} were merged by hand"

    def _move(self, mark: Segment, c: Correction, name: str) -> str | None:
        start_s = mark.start_s if c.start_s is None else c.start_s
        end_s = mark.end_s if c.end_s is None else c.end_s
        others = self.marks.copy()
        self.marks.remove(mark)
        moved = self._moved(mark, start_s, min(end_s, self._end_s))
        if moved.duration_s < SHORTEST_S or not self._cleared(start_s, end_s):
            self.marks = others
            return None
        self._put(moved)
        return f"{name} was moved by hand"

    def _called(self, from_s: float, to_s: float, kind: Calling, what: str) -> str | None:
        to_s = min(to_s, self._end_s)
        met = self._met(from_s, to_s)
        if to_s - from_s < SHORTEST_S or not self._cleared(from_s, to_s):
            return None
        found_rep = met.found_rep if met is not None and kind == "rep" else None
        self._put(replace(self.told(kind, from_s, to_s, "hand"), found_rep=found_rep))
        return f"{instant_text(from_s)} to {instant_text(to_s)} {what} by hand"

    def told(self, kind: Kind, from_s: float, to_s: float, source: str) -> Segment:
        """Return a segment whose edges somebody set to about a second, by hand or with the buttons of a watch."""
        return Segment(
            kind=kind,
            status="run" if kind == "rep" else None,
            start_s=from_s,
            end_s=to_s,
            start_sd_s=HAND_SD_S,
            end_sd_s=HAND_SD_S,
            duration_sd_s=hypot(HAND_SD_S, HAND_SD_S),
            distance_m=self.metres(from_s, to_s),
            source=source,
        )

    def _cleared(self, from_s: float, to_s: float) -> bool:
        """Make room for a span: what lies mostly in it goes, what reaches into it ends there; False where it cannot."""
        marks = []
        for mark in self.marks:
            if mark.end_s <= from_s or mark.start_s >= to_s or mark.kind not in STANDING_OUT:
                # What was called ground by hand gives way wherever something is put upon it, and stays around it.
                marks += _less(mark, from_s, to_s) if mark.kind not in STANDING_OUT else [mark]
            elif _share_inside(mark, from_s, to_s) > 0.5:
                continue
            elif mark.start_s < from_s and mark.end_s > to_s:
                return False
            elif mark.start_s < from_s:
                marks.append(self._moved(mark, mark.start_s, from_s))
            else:
                marks.append(self._moved(mark, to_s, mark.end_s))
        self.marks = marks
        return True

    def _moved(self, mark: Segment, start_s: float, end_s: float) -> Segment:
        """Return a mark with other edges; those that differ are by hand."""
        start, end = _sources(mark)
        start_sd_s, end_sd_s = mark.start_sd_s, mark.end_sd_s
        if start_s != mark.start_s:
            start, start_sd_s = "hand", HAND_SD_S
        if end_s != mark.end_s:
            end, end_sd_s = "hand", HAND_SD_S
        is_same = abs((end_s - start_s) / mark.duration_s - 1.0) < SAME_SHARE
        return replace(
            mark,
            start_s=start_s,
            end_s=end_s,
            start_sd_s=start_sd_s,
            end_sd_s=end_sd_s,
            duration_sd_s=hypot(start_sd_s, end_sd_s),
            distance_m=self.metres(start_s, end_s),
            nominal_distance_m=mark.nominal_distance_m if is_same else nan,
            source=start if start == end else f"{start}/{end}",
        )

    def _met(self, from_s: float, to_s: float) -> Segment | None:
        """Return the rep or stride that a span names."""
        return next((m for m in self.marks if m.kind in STANDING_OUT and meets(m, from_s, to_s)), None)

    def _exchange(self, old: Segment, new: Segment) -> None:
        self.marks = [new if mark is old else mark for mark in self.marks]

    def _put(self, *marks: Segment) -> None:
        self.marks += marks

    # -- the ground

    def _ground(self, start_s: float, end_s: float, side: str) -> list[Segment]:
        """Return what lies between two marks: as found, and where a rep was dropped as what it lies in."""
        fallback: Kind = (
            "other"
            if not any(m.kind == "rep" for m in self.marks)
            else {"before": "warmup", "after": "cooldown"}.get(side, "recovery")  # type: ignore[assignment]
        )
        reps = self._found.reps
        pieces = []
        for row in self._found.rows:
            from_s, to_s = max(row.start_s, start_s), min(row.end_s, end_s)
            if to_s <= from_s:
                continue
            kind = row.kind
            is_rest_between = bool(reps) and row.start_s >= reps[0].end_s and row.end_s <= reps[-1].start_s
            is_kept = is_rest_between if side == "between" else kind != "recovery"
            if kind in STANDING_OUT or not is_kept:
                kind = fallback
            if kind == row.kind and (from_s, to_s) == (row.start_s, row.end_s):
                pieces.append(row)
            else:
                source = "hand" if row.kind in STANDING_OUT else row.source
                pieces.append(self._piece(kind, from_s, to_s, source))
        return pieces

    def _piece(self, kind: Kind, start_s: float, end_s: float, source: str) -> Segment:
        return Segment(kind=kind, start_s=start_s, end_s=end_s, distance_m=self.metres(start_s, end_s), source=source)

    def _joined(self, rows: Sequence[Segment]) -> list[Segment]:
        """Return rows with neighbours of one kind of ground as one."""
        out: list[Segment] = []
        for row in rows:
            last = out[-1] if out else None
            if last is not None and last.kind == row.kind and row.kind not in STANDING_OUT:
                source = "hand" if "hand" in (last.source, row.source) else last.source
                out[-1] = self._piece(row.kind, last.start_s, row.end_s, source)
            else:
                out.append(row)
        return out


def _less(mark: Segment, from_s: float, to_s: float) -> list[Segment]:
    """Return what is left of called ground outside a span."""
    sides = ((mark.start_s, min(mark.end_s, from_s)), (max(mark.start_s, to_s), mark.end_s))
    return [replace(mark, start_s=a, end_s=b) for a, b in sides if b > a]


def _share_inside(row: Segment, from_s: float, to_s: float) -> float:
    return (min(row.end_s, to_s) - max(row.start_s, from_s)) / row.duration_s


def _sources(row: Segment) -> tuple[str, str]:
    start, _, end = row.source.partition("/")
    return start, end or start


def _name(mark: Segment) -> str:
    return f"{mark.kind.capitalize()} {_named(mark)}"


def _named(mark: Segment) -> str:
    return str(mark.found_rep) if mark.found_rep is not None else f"at {instant_text(mark.start_s)}"


def _why(correction: Correction) -> str:
    if correction.do in ("add", "call"):
        return "it lies within another rep, or past the end"
    return "no rep lies there" if correction.do != "merge" else "no two reps lie there"


def plan_of(found: Session, rows: Sequence[Segment], corrections: Corrections) -> Plan | None:
    """Return the plan of a corrected session: the one named by hand, the one given, or one inferred anew."""
    if corrections.plan is not None:
        named = Plan.load(corrections.plan)
        return named.with_goal(found.plan.goal) if found.plan and found.plan.goal and not named.goal else named
    if found.plan is not None and not found.plan.is_inferred:
        return found.plan
    return plan_for(found.activity, [row for row in rows if row.kind == "rep"])
