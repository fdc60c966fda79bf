"""`asked`: what a runner says of reps -> corrections by instants.

Conventions: a rep is named by the number it was found under ("9"), or by an instant inside it ("32:10"); numbers always
are those found, whatever was corrected since. ``9`` is a number, ``32:10`` and ``1930s`` are instants.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from math import isfinite

import numpy as np

from ..corrections import CALLINGS, Calling, Correction, Corrections, instant_text, parse_instant
from ..errors import CorrectionError, SegmentError
from ..motion import motion_of
from ..quantities.ordered import quantile
from ..segments import Segment
from ..session import Session

Rep = int | str | float
Span = str | Sequence[float | str]

DIP_BELOW = 0.6
"""Slower than this share of a rep's own speed is no part of it: a rest that was not seen."""
MIDDLE = (0.2, 0.8)
"""Where within a rep such a rest is looked for."""

_WORDS: dict[str, Calling] = {
    "warm-up": "warmup", "warm up": "warmup", "cool-down": "cooldown", "cool down": "cooldown", "rest": "recovery",
    "drill": "drills",
}  # fmt: skip
_MOVE = re.compile(r"(?P<rep>\S+)\s+(?P<edge>start|end)\s+(?P<to>\S+)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was said, verb by verb; see `Session.corrected`."""

    drop: Iterable[Rep] = ()
    merge: Iterable[str | Sequence[Rep]] = ()
    split: Iterable[Rep] = ()
    add: Iterable[Span] = ()
    move: Iterable[str] = ()
    call: Iterable[str] = ()
    time: Iterable[str] = ()
    distance: Iterable[str] = ()
    plan: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        for f in fields(self):
            value = getattr(self, f.name)
            if f.name in ("plan", "note"):
                continue
            if isinstance(value, str | bytes) or not isinstance(value, Iterable):
                raise CorrectionError(
                    f"what to {f.name} is a list, not {value!r}", hint="Write drop=[3] or merge=[(7, 8)]"
                )
            object.__setattr__(self, f.name, tuple(value))
        if not all(isinstance(group, Sequence) for group in self.merge):
            raise CorrectionError(
                f"reps to merge are lists, not {self.merge!r}", hint="Write drop=[3] or merge=[(7, 8)]"
            )

    def __bool__(self) -> bool:
        """Whether anything was said."""
        return any(getattr(self, f.name) not in ((), None) for f in fields(self))


def asked(session: Session, said: Asked) -> Corrections:
    """Return the session's corrections and those that were said now.

    Raises
    ------
    CorrectionError
        If something cannot be understood, names a rep that is not there, or meets nothing.
    """
    drop, merge = list(said.drop), [_pair(group) for group in said.merge]
    _check_numbers(session, drop, merge)
    book = _Book(session)
    for rep in drop:
        book.write(do="drop", **_span(book.rep(rep)))
    for group in merge:
        first, last = book.rep(group[0]), book.rep(group[-1])
        book.write(do="merge", from_s=first.start_s, to_s=last.end_s)
    for rep in said.split:
        at, *until = book.places(rep)
        book.write(do="split", from_s=at, **({"to_s": until[0]} if until else {}))
    for span in said.add:
        from_s, to_s = _instants(span)
        book.write(do="add", from_s=from_s, to_s=to_s)
    for text in said.move:
        book.write(do="move", **_moved(book, text))
    for text in said.call:
        book.write(do="call", **_called(book, text))
    for text in said.time:
        rep, value = _two(text, "time", "7 1:34.2")
        time_s = parse_instant(value) if ":" in value else _number(value)
        book.write(do="time", **_span(book.rep(rep)), time_s=_known(time_s, value, "time of a rep", "7 1:34.2"))
    for text in said.distance:
        rep, value = _two(text, "distance", "7 400")
        metres = _number(value.removesuffix("m"))
        book.write(do="distance", **_span(book.rep(rep)), distance_m=_known(metres, value, "distance", "7 400"))
    if said.plan is not None:
        book.write(do="plan", text=said.plan)
    if said.note is not None:
        book.write(do="note", text=said.note)
    return book.corrections


class _Book:
    """The corrections so far, and the session as they leave it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.corrections = session.corrections
        if self.corrections.start_time is None:
            self.corrections = Corrections(
                items=self.corrections.items, start_time=session.activity.start_time.replace(microsecond=0)
            )

    def write(self, **what: object) -> None:
        """Add a correction, which must do something."""
        correction = Correction(**what)  # type: ignore[arg-type]
        corrections = self.corrections.plus(correction)
        session = corrections.apply(self.session)
        if len(session.unmet) > len(self.session.unmet):
            hint = "`analyze --found` lists what was found"
            if correction.do in ("add", "call"):
                hint = "It lies within a rep, or past the end of the recording: split or move that rep first"
            raise CorrectionError(f"the correction {correction} meets nothing", hint=hint)
        self.corrections, self.session = corrections, session

    def rep(self, name: Rep) -> Segment:
        """Return the rep or stride that is named."""
        marks = [row for row in self.session.rows if row.kind in ("rep", "stride")]
        number = _as_number(name)
        if number is None:
            at_s = parse_instant(name)
            if at_s is None:
                raise CorrectionError(
                    f"{name!r} names no rep", hint="Name it by its number as found (9) or an instant in it (32:10)"
                )
            for row in marks:
                if row.start_s - 0.05 <= at_s <= row.end_s + 0.05:
                    return row
            raise CorrectionError(f"no rep lies at {instant_text(at_s)}", hint="`analyze --found` lists them")
        named = [row for row in marks if (row.found_rep if self.corrections else row.run_rep) == number]
        if len(named) == 1:
            return named[0]
        found = len((self.session.found or self.session).reps)
        if not 1 <= number <= found:
            raise CorrectionError(
                f"there is no rep {number} to correct", hint=f"{found} rep{'s were' if found != 1 else ' was'} found"
            )
        if named:
            places = " or ".join(instant_text((row.start_s + row.end_s) / 2) for row in named)
            raise CorrectionError(
                f"rep {number} was split", hint=f"Name the half you mean by an instant in it: {places}"
            )
        raise CorrectionError(f"rep {number} is corrected already", hint="--undo takes the last correction back")

    def places(self, name: Rep) -> list[float]:
        """Return where to split: ``5``, ``5@41:22``, ``5@41:22-41:50``, ``41:22``."""
        rep, _, where = str(name).partition("@")
        if where:
            self.rep(rep)
            at = [parse_instant(part) for part in where.split("-")]
            if len(at) > 2 or None in at:
                raise CorrectionError(f"{where!r} is no place to split a rep at", hint="Write 5@41:22 or 5@41:22-41:50")
            return [s for s in at if s is not None]
        if _as_number(name) is None and (at_s := parse_instant(name)) is not None:
            return [at_s]
        return _likeliest(self.session, self.rep(name))


def _likeliest(session: Session, rep: Segment) -> list[float]:
    """Return where a rep was two: the rest in it, where it slows to one, else half its distance."""
    middle_s = (rep.start_s + rep.end_s) / 2
    try:
        motion = motion_of(session.activity)
    except SegmentError:
        return [middle_s]
    grid_s, speed_mps = motion.grid_time_s, motion.grid_speed_mps
    inside = (grid_s > rep.start_s) & (grid_s < rep.end_s)
    lo, hi = (rep.start_s + share * rep.duration_s for share in MIDDLE)
    own_mps = float(quantile(speed_mps[inside], 0.75)) if inside.any() else 0.0
    slow = inside & (speed_mps < DIP_BELOW * own_mps)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], slow, [False]]).astype(int)))
    dips = [(grid_s[a] - 0.5, grid_s[b - 1] + 0.5) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    dips = [(a, b) for a, b in dips if a >= lo and b <= hi]
    if dips:
        a, b = max(dips, key=lambda dip: dip[1] - dip[0])
        return [float(a), float(b)]
    times_s = np.linspace(rep.start_s, rep.end_s, 201)
    covered = motion.distance_at(times_s)
    half = float(np.interp((covered[0] + covered[-1]) / 2, covered, times_s))
    return [half if isfinite(half) else middle_s]


def _moved(book: _Book, text: str) -> dict[str, object]:
    match = _MOVE.match(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise CorrectionError(f"{text!r} moves nothing", hint='Write it as "7 end +1.2" or "7 start 31:02.5"')
    rep = book.rep(match["rep"])
    edge_s = rep.start_s if match["edge"] == "start" else rep.end_s
    by = _number(match["to"]) if match["to"][0] in "+-" else None
    to_s = edge_s + by if by is not None else parse_instant(match["to"])
    if to_s is None or to_s < 0.0:
        raise CorrectionError(
            f"{match['to']!r} is no place for the {match['edge']}", hint="Write +1.2, -0.5 or 31:02.5"
        )
    return {**_span(rep), f"{match['edge']}_s": to_s}


def _called(book: _Book, text: str) -> dict[str, object]:
    where, what = _two(text, "call", "9 stride")
    kind = _WORDS.get(what.casefold(), what.casefold())
    if kind not in CALLINGS:
        raise CorrectionError(f"nothing is called {what!r}", hint=f"Choose of {', '.join(CALLINGS)}")
    if "-" in where:
        from_s, to_s = _instants(where)
        return {"from_s": from_s, "to_s": to_s, "kind": kind}
    return {**_span(book.rep(where)), "kind": kind}


def _span(row: Segment) -> dict[str, float]:
    return {"from_s": row.start_s, "to_s": row.end_s}


def _instants(span: Span) -> tuple[float, float]:
    parts = span.split("-") if isinstance(span, str) else list(span)
    at = [parse_instant(part) for part in parts]
    if len(at) != 2 or at[0] is None or at[1] is None:
        raise CorrectionError(f"{span!r} is no span of the recording", hint="Write it as 32:10-33:28")
    return at[0], at[1]


def _two(text: str, verb: str, example: str) -> tuple[str, str]:
    first, _, rest = text.strip().partition(" ") if isinstance(text, str) else ("", "", "")
    if not first or not rest.strip():
        raise CorrectionError(f"{text!r} cannot be understood as a {verb}", hint=f'Write it as "{example}"')
    return first, rest.strip()


def _known(value: float | None, text: str, what: str, example: str) -> float:
    if value is None:
        raise CorrectionError(f"{text!r} is no {what}", hint=f'Write it as "{example}"')
    return value


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def _as_number(name: Rep) -> int | None:
    if isinstance(name, int) and not isinstance(name, bool):
        return name
    return int(name) if isinstance(name, str) and re.fullmatch(r"\d{1,4}", name.strip()) else None


def _pair(group: str | Sequence[Rep]) -> list[Rep]:
    parts: list[Rep] = [part.strip() for part in group.split(",")] if isinstance(group, str) else list(group)
    return [part if (number := _as_number(part)) is None else number for part in parts]


def _check_numbers(session: Session, drop: Sequence[Rep], merge: Sequence[Sequence[Rep]]) -> None:
    found = len((session.found or session).reps)
    named = [
        number for rep in (*drop, *(r for group in merge for r in group)) if (number := _as_number(rep)) is not None
    ]
    for number in named:
        if not 1 <= number <= found:
            raise CorrectionError(f"there is no rep {number} to correct", hint=f"{found} reps were found")
        if named.count(number) > 1:
            raise CorrectionError(f"rep {number} is corrected twice", hint="Name it once")
    for group in merge:
        numbers = [number for rep in group if (number := _as_number(rep)) is not None]
        neighbours = not numbers or numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        if len(group) < 2 or not neighbours:
            raise CorrectionError(
                f"reps {', '.join(map(str, group))} cannot be merged", hint="Name neighbours in order: --merge 7,8"
            )
