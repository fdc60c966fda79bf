"""Plans as runners write them: a small grammar, read by `parse_plan`; `writing.write_plan` writes it.

Conventions: in the grammar below capitals are tokens; spaces and case do not matter. What can be read in two ways is
refused with both readings, never guessed.

====================  ==================================================================================================
plan                  items clauses
items                 item (("+" | "," | ";" | "then") item)*
item                  [COUNT "x"] ("(" items clauses ")" ["x" COUNT] | rep ("-" rep)* | item) (rest | pace)*
rep                   DISTANCE | TIME
rest                  ["r" | "rest" | "rec" | "with" | "off" | "/"] amount [how] | "(" rest ")"
amount                TIME | DISTANCE | "1:1" | "=rep" | "=1.5rep" | "free"
how                   "jog" | "walk" | "stand"
pace                  ("@" | "at") (PACE | PACE "-" PACE | RACE | RACE TIME | TIME) | "in" TIME
clauses               ("hammer" (NUMBER | "last") ("," NUMBER)* | "goal" GOAL)*
====================  ==================================================================================================

A rest stands between the reps of its item and after the last of them; behind a bracket it follows each round of it.
Each round of a bracket is a set, and so is each item beside others; single reps in a row with one rest behind the last
are a ladder. ``3x4x400`` is ``3x(4x400)``. Hammer numbers count the reps of their bracket.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import isfinite, nan
from typing import NoReturn, TypeVar

from ..errors import GoalError, NotationError, PlanError
from ..goal import Goal
from ..plan import KASTOR_DISTANCE_M, Plan
from ..quantities.text import number, read_distance, read_time, write_time
from ..steps import REP_M, REP_S, REST_M, REST_RATIO, REST_S, Pace, Step
from . import tokens as t

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")

_REST_FORMS = "A rest is written r60s, r2:00, r200m, r1:1, r=rep, r=1.5rep or r free"
_REP_FORMS = "A rep is written 400, 1.5k, 1mile, 3:00, 45s or 20min"
_PACE_FORMS = "A pace is written @ 4:10/km, @ 4:00-4:10/km, @ 96/400, @ 10k or @ 5k 20:00"
_SECONDS_BELOW, _SECONDS_FROM = 200.0, 10.0  # a bare r90 is seconds; r200 and r5 may be metres and minutes
_MOST_REPS = 200  # more is a slip of the finger
_LAST = -1  # hammer last


@dataclass(frozen=True, slots=True)
class _Rep:
    """One rep as read: a step without its number, and what it is to be run at."""

    step: Step
    pace: Pace | Goal | None = None


@dataclass(frozen=True, slots=True)
class _Level:
    """What stands in one pair of brackets, or outside all: its sets, and whether brackets are among them."""

    sets: tuple[tuple[_Rep, ...], ...]
    is_nested: bool


_LONGEST, _DEEPEST = 10_000, 8  # letters; and brackets within brackets: nobody writes more, and reading takes time


def parse_plan(text: str) -> Plan:
    """Return the plan that a text speaks of; see `Plan.parse`.

    Raises
    ------
    PlanError
        If it is no text; a `NotationError` where it cannot be read.
    """
    if not isinstance(text, str):
        raise PlanError(f"the plan {text!r} is no text", hint='Write it like "8x400 r60"')
    if len(text) > _LONGEST:
        raise PlanError(f"the plan is {len(text)} letters long", hint=f"At most {_LONGEST} are read")
    if max(accumulate((letter == "(") - (letter == ")") for letter in text), default=0) > _DEEPEST:
        raise PlanError(f"the plan has brackets more than {_DEEPEST} deep", hint="Write sets in sets, no deeper")
    return _Reader(" ".join(text.split())).plan()


class _Reader:
    """A recursive descent over one line of text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.goal: Goal | None = None

    def plan(self) -> Plan:
        if not self.text:
            self._fail("the plan is empty", 'Write it like "8x400 r60"')
        level = self._level(closing="")
        if self.at < len(self.text):
            if self._has_rest():
                self._fail("a second rest", "Write one rest to an item")
            self._fail(f"{self._word()!r} cannot be read here", f"{_REP_FORMS}. {_REST_FORMS}")
        reps = [rep for one in level.sets for rep in one]
        goal, race_m, paces = self._paces(reps)
        steps = [rep.step for rep in reps]
        hammer = tuple(i for i, step in enumerate(steps, start=1) if step.is_hammer)
        try:
            return Plan(
                reps=len(steps),
                distance_m=tuple(step.distance_m for step in steps),
                duration_s=tuple(step.duration_s for step in steps),
                rest_s=tuple(step.rest_s for step in steps),
                rest_m=tuple(step.rest_m for step in steps),
                rest_ratio=tuple(step.rest_ratio for step in steps),
                rest_how=tuple(step.rest_how for step in steps),
                set_reps=tuple(map(len, level.sets)),
                hammer=hammer,
                goal=goal,
                race_m=race_m,
                pace=paces,
                is_kastor=len(level.sets) == 1 and _is_kastor(steps, hammer),
            )
        except NotationError:
            raise
        except PlanError as error:
            self._fail(error.what, error.hint)

    def _paces(self, reps: list[_Rep]) -> tuple[Goal | None, float | None, tuple[Pace | None, ...] | None]:
        """Return goal, race and paces; what holds for every rep is the goal or the race of the plan."""
        given = [rep.pace for rep in reps]
        first = given[0]
        if isinstance(first, Goal) and self.goal is None and all(pace == first for pace in given):
            return first, None, None
        if isinstance(first, Pace) and isfinite(first.race_m) and all(pace == first for pace in given):
            return self.goal, first.race_m, None
        each = tuple(
            Pace(fast_s_per_km=pace.pace_s_per_km, slow_s_per_km=pace.pace_s_per_km) if isinstance(pace, Goal) else pace
            for pace in given
        )
        return self.goal, None, each if any(each) else None

    def _level(self, closing: str) -> _Level:
        items: list[tuple[tuple[_Rep, ...], ...]] = []
        hammers: list[tuple[int, int]] = []
        is_nested = False
        self._take(r"(?:ladder|pyramid)(?![a-z])\s*:?")
        while True:
            start = self._skip()
            sets, is_group = self._item()
            self._not_a_rest(items, sets, start)
            items.append(sets)
            is_nested |= is_group
            hammers += self._clauses()
            if not self._take(r"[+,;]|then(?![a-z])|and(?![a-z])"):
                break
        items = _as_ladder(items)
        if closing and not self._take(re.escape(closing)):
            self._fail("a bracket is not closed", "Close it with )")
        sets = tuple(one for item in items for one in item)
        if closing and not is_nested:
            sets = (tuple(rep for one in sets for rep in one),)
        total = sum(map(len, sets))
        hammers = [(total if which == _LAST else which, column) for which, column in hammers]
        for which, column in hammers:
            if not 1 <= which <= total:
                self._fail(f"there is no rep {which} to hammer", f"Here are {total} reps", at=column)
        return _Level(_hammered(sets, {which for which, _ in hammers}), is_nested)

    def _not_a_rest(self, items: Sequence[object], sets: tuple[tuple[_Rep, ...], ...], start: int) -> None:
        """Refuse a time behind a comma that may as well be the rest of what stands before it."""
        ((rep, *others), *more) = sets
        text = self.text[start : self.at].strip()
        is_time = not others and not more and not isfinite(rep.step.distance_m) and not re.match(r"\d+\s*[x*]", text)
        before = self.text[:start].rstrip()
        if items and is_time and before.endswith(",") and not rep.step.asks_for_rest and not rep.pace:
            self._fail(f"{text!r} can be read as the rest r{text} and as a rep", f"Write r{text} or + {text}", at=start)

    def _item(self, depth: int = 0) -> tuple[tuple[tuple[_Rep, ...], ...], bool]:
        start = self.at
        count = self._count()
        is_bracket = self._take(r"\(") is not None
        if is_bracket or (count > 1 and re.match(rf"\d+\s*{t.TIMES}", self._rest_of_text(), re.I)):
            if is_bracket:
                level = self._level(closing=")")
                count *= self._count_behind()
            else:
                if depth >= _DEEPEST:
                    self._fail("sets in sets in sets", "Write brackets, no deeper than a few", at=start)
                inner, is_group = self._item(depth + 1)
                level = _Level(inner, is_group)
            sets = level.sets * count
            rest, pace = self._modifiers()
            only = level.sets[0][0].step
            is_rested = only.asks_for_rest or bool(only.rest_how)
            if rest is None and len(level.sets) == 1 and len(level.sets[0]) == 1 and is_rested:
                # 10x(1:00 r1:00) is 10x1:00 r1:00
                level, sets = _Level((level.sets[0] * count,), is_nested=False), (level.sets[0] * count,)
            if rest is not None:
                each = len(level.sets)
                sets = tuple(
                    (*one[:-1], _rested(one[-1], rest)) if i % each == each - 1 else one for i, one in enumerate(sets)
                )
            if pace is not None:
                sets = tuple(tuple(rep if rep.pace else replace(rep, pace=pace) for rep in one) for one in sets)
            is_group = True
        else:
            steps = self._ladder(count)
            metres = {step.distance_m for step in steps}
            rest, pace = self._modifiers(metres.pop() if len(metres) == 1 else nan)
            reps = tuple(_rested(_Rep(step, pace), rest) for step in steps)
            sets, is_group = (reps * count,), False
        if sum(map(len, sets)) > _MOST_REPS:
            self._fail(f"more than {_MOST_REPS} reps are no session", "Write fewer", at=start)
        return sets, is_group

    def _ladder(self, count: int) -> list[Step]:
        """Read reps in a row; a unit behind the last holds for all."""
        if match := self._take(rf"(\d{{1,2}}(?:\s*-\s*\d{{1,2}})+)\s*({t.TIME_UNIT}|'|{t.LENGTH_UNIT})"):
            at, unit = self.at, match[2]
            steps = [_Reader(f"{value}{unit}")._rep() for value in re.findall(r"\d+", match[1])]
            self.at = at
            return steps
        steps = [self._rep()]
        start = self._skip()
        while dash := self._take(r"[-\N{EN DASH}](?=\s*[\da-z])"):
            is_apart = dash.start() > 0 and self.text[dash.start() - 1] == " "
            steps.append(self._rep())
            if is_apart and count > 1 and isfinite(steps[0].distance_m) and not isfinite(steps[-1].distance_m):
                rest = write_time(steps[-1].duration_s)
                self._fail(f"it can be read as the rest r{rest} and as a rep", "Write the one you mean", at=start)
        return steps

    def _count(self) -> int:
        """Return how often what follows is run."""
        return self._times(rf"(\d+)\s*{t.TIMES}")

    def _count_behind(self) -> int:
        """Return how often what stood in brackets is run, where that is written behind them."""
        return self._times(r"(?:x|\*|\N{MULTIPLICATION SIGN})\s*(\d+)(?![\d:.,a-z])")

    def _times(self, pattern: str) -> int:
        match = self._take(pattern)
        if not match:
            return 1
        if not 1 <= int(match[1]) <= _MOST_REPS:
            self._fail(f"{match[1]} times cannot be run", f"From 1 to {_MOST_REPS}", at=match.start())
        return int(match[1])

    def _rep(self) -> Step:
        start = self._skip()
        if match := self._take(t.TIME):
            seconds = read_time(match[0])
            if seconds is None or not REP_S[0] <= seconds <= REP_S[1]:
                self._fail(f"{match[0]!r} is no time of a rep", "It lasts 3 s to 3 h", at=start)
            self._take(r"(?:on|hard|fast)(?![a-z])")
            return Step(planned_rep=0, duration_s=round(seconds, 3))
        match = self._take(t.THOUSANDS) or self._take(t.LENGTH) or self._take(t.NUMBER)
        if not match:
            self._fail("a rep is missing here" if not self._word() else f"{self._word()!r} is no rep", _REP_FORMS)
        metres = read_distance(match[0]) or 0.0
        if re.fullmatch(t.NUMBER, match[0]) and metres < 100.0:
            other = f"{match[0]}min" if metres < 60.0 else f"{match[0]}m"
            self._fail(f"{match[0]!r} can be read as {match[0]}s and as {other}", "Write the one you mean", at=start)
        if not REP_M[0] <= metres <= REP_M[1]:
            meant = f" (or {match[0].rstrip('m ')}min?)" if match[0].endswith("m") else ""
            self._fail(f"{match[0]!r} is no distance of a rep{meant}", "It is 20 m to 50 km long", at=start)
        self._take(r"(?:on|hard|fast)(?![a-z])")
        return Step(planned_rep=0, distance_m=round(metres, 3))

    def _modifiers(self, metres: float = nan) -> tuple[Step | None, Pace | Goal | None]:
        """Read the rest and the pace of an item, whose reps are all of `metres`; NaN where they are not."""
        rest: Step | None = None
        pace: Pace | Goal | None = None
        while True:
            start = self._skip()
            if is_pace := self._take(r"(?:,\s*)?(@|at(?![a-z])|in(?=\s*\d))"):
                if pace is not None:
                    self._fail("a second pace", "Write one pace to an item", at=start)
                pace = self._rep_time(metres) if is_pace[1].lower() == "in" else self._pace(metres)
            elif self._has_rest():
                if rest is not None:
                    self.at = start
                    return rest, pace  # of the bracket around, or one too many
                rest = self._rest_written(metres)
            else:
                return rest, pace

    def _has_rest(self) -> bool:
        """Return whether a rest comes next, named as one or an amount by itself."""
        text = self._rest_of_text()
        named = rf"(?:,\s*)?\(?(?:{t.REST_WORD})|/"
        amount = rf"(?:{t.TIME}|{t.LENGTH}|\d+:\d(?!\d)|\d{{2,}}(?![\d:.,]))"
        said = rf"\s*(?:{t.HOW}|(?:rest|recovery|off)(?![a-z]))"
        by_itself = rf"{amount}(?!\s*(?:{t.TIMES}|[\d@]))|\(\s*{amount}(?:{said})?\s*\)|,\s*{amount}{said}"
        return re.match(rf"{named}|{by_itself}", text, re.I) is not None

    def _rest_written(self, metres: float) -> Step:
        self._take(r",")
        is_bracket = self._take(r"\(") is not None
        is_named = self._take(rf"(?:{t.REST_WORD})|/") is not None
        start = self._skip()
        rest = self._rest()
        said = self.text[start : self.at].strip()
        is_bare = not is_named and re.search(r"[a-z]{3}\Z", said.replace("min", "").replace("sec", ""), re.I) is None
        if is_bare and isfinite(rest.rest_s) and _possible(f"{write_time(rest.rest_s)}/{metres:g}") is not None:
            what = f"{said!r} can be read as the rest r{said} and as the time of the rep"
            self._fail(what, f"Write r{said} or in {said}", at=start)
        if is_bracket and not self._take(r"\)"):
            self._fail("a bracket is not closed", "Close it with )")
        return rest

    def _rep_time(self, metres: float) -> Goal:
        """Read ``in 2:40``: the time of each rep."""
        start = self._skip()
        match = self._take(rf"{t.TIME}|{t.NUMBER}")
        if not match or not isfinite(metres):
            self._fail("the reps have no distance of their own to be run in a time", _PACE_FORMS, at=start)
        return self._guarded(Goal.parse, f"{match[0]}/{metres:g}", start)

    def _rest(self) -> Step:
        amount = self._amount()
        start = self._skip()
        how = self._take(t.HOW)
        self._take(r"(?:rest|recovery|off)(?![a-z])")
        if how is None and not amount.asks_for_rest and self.text[start:].startswith(","):
            return amount
        return replace(amount, rest_how=t.HOWS[how[0].lower()] if how else "")

    def _amount(self) -> Step:
        start = self._skip()
        step = Step(planned_rep=0)
        if match := self._take(rf"({t.NUMBER}):(\d(?:[.,]\d+)?)(?!\d)"):
            return self._ratio(number(match[2]) / number(match[1]) if number(match[1]) else 0.0, start)
        if match := self._take(t.REPS_LONG):
            return self._ratio(number(match[1] or match[2] or "1"), start)
        if self._take(r"(?:free|open|lap)(?![a-z])") or re.match(r"(?:jog|walk|stand)", self._rest_of_text(), re.I):
            return step
        if match := self._take(t.TIME):
            seconds = read_time(match[0])
            if seconds is None or seconds > REST_S[1]:
                self._fail(f"{match[0]!r} is no rest", "It lasts up to an hour", at=start)
            return replace(step, rest_s=round(seconds, 3))
        if match := self._take(t.LENGTH):
            metres = read_distance(match[0]) or 0.0
            if not REST_M[0] <= metres <= REST_M[1]:
                self._fail(f"{match[0]!r} is no rest", "It is 10 m to 10 km long", at=start)
            return replace(step, rest_m=round(metres, 3))
        match = self._take(t.NUMBER)
        if not match or re.match(r"[a-z]", self.text[self.at :], re.I):
            self.at = start
            self._fail(f"{self._word()!r} is no rest" if self._word() else "a rest is missing here", _REST_FORMS)
        value = number(match[0])
        if value >= 100.0 and value % 100.0 == 0.0 and re.match(t.HOW, self._rest_of_text(), re.I):
            return replace(step, rest_m=value)  # nobody jogs 200 s
        if value < _SECONDS_FROM or (value >= _SECONDS_BELOW and value % 100.0 == 0.0):
            other = f"r{match[0]}min" if value < _SECONDS_FROM else f"r{match[0]}m"
            hint = "A ladder is written 400-800" if self._take("/") else "Write the one you mean"
            self._fail(f"{match[0]!r} can be read as r{match[0]}s and as {other}", hint, at=start)
        if value > REST_S[1]:
            self._fail(f"{match[0]!r} is no rest", "It lasts up to an hour", at=start)
        return replace(step, rest_s=round(value, 3))

    def _ratio(self, ratio: float, start: int) -> Step:
        if not REST_RATIO[0] <= ratio <= REST_RATIO[1]:
            self._fail("no such rest", "It is 0.01 to 20 times as long as the rep", at=start)
        return Step(planned_rep=0, rest_ratio=round(ratio, 6))

    def _pace(self, metres: float) -> Pace | Goal:
        start = self._skip()
        if match := self._take(t.PACES):
            return self._guarded(_range, match, start)
        if match := self._take(t.PACE):
            return self._guarded(Goal.parse, match[0], start)
        if match := self._take(rf"({t.TIME})(?!\s*/)"):
            readings = [f"{match[1]}/{over}" for over in ("km", f"{metres:g}") if over == "km" or isfinite(metres)]
            possible = {goal.speed_mps: goal for text in readings if (goal := _possible(text)) is not None}
            if len(possible) == 1 and isfinite(metres):
                return next(iter(possible.values()))
            self._fail(
                f"{match[1]!r} is a time over no distance",
                f"Write @ {match[1]}/km for a pace, or the time of a rep like @ {match[1]}/800",
                at=start,
            )
        match = self._take(t.RACE)
        if not match:
            self._fail(f"{self._word()!r} is no pace" if self._word() else "a pace is missing here", _PACE_FORMS)
        race = re.sub(r"\s+pace$", "", match[0], flags=re.I)
        if race.isdigit() and (goal := _possible(f"{race}/{metres:g}")) is not None and float(race) < 200.0:
            return goal  # the seconds of each rep
        if (time := self._take(rf"(?:in\s+)?({t.CLOCK})")) is not None:
            return self._guarded(Goal.parse, f"{race} {time[1]}", start)
        metres = read_distance(race.lower()) or 0.0
        if not 200.0 <= metres <= 200_000.0:
            self._fail(f"{race!r} is no race", _PACE_FORMS, at=start)
        return Pace(race_m=metres)

    def _clauses(self) -> list[tuple[int, int]]:
        """Read ``hammer 12,16`` and ``goal 5k 20:00``; return the hammers with their columns."""
        hammers = []
        while True:
            start = self._skip()
            if self._take(r"hammers?(?![a-z])"):
                here = self._skip()
                match = self._take(r"\d+(?!\s*[x\d])|last(?![a-z])")
                if not match:
                    self._fail("the number of a rep is missing", "Write it like hammer 12,16 or hammer last", at=here)
                hammers.append((int(match[0]) if match[0].isdigit() else _LAST, here))
                while match := self._take(rf"(?:,|and|&)\s*(\d+)(?!\d){t.NO_REP}"):
                    hammers.append((int(match[1]), match.start(1)))
            elif self._take(r"goal(?![a-z])"):
                if self.goal is not None:
                    self._fail("a second goal", "Write one", at=start)
                here = self._skip()
                match = self._take(r"[^;)]+?(?=\s*(?:hammer|[;)]|$))")
                self.goal = self._guarded(Goal.parse, match[0] if match else "", here)
            else:
                return hammers

    def _guarded(self, make: Callable[[_Given], _Made], given: _Given, start: int) -> _Made:
        """Return what is made of a part of the text, or point at that part."""
        try:
            return make(given)
        except (GoalError, PlanError) as error:
            self._fail(error.what, error.hint, at=start)

    def _take(self, pattern: str) -> re.Match[str] | None:
        """Return what matches next, and step over it."""
        self._skip()
        match = re.compile(pattern, re.I).match(self.text, self.at)
        if match:
            self.at = match.end()
        return match

    def _skip(self) -> int:
        while self.at < len(self.text) and self.text[self.at] == " ":
            self.at += 1
        return self.at

    def _rest_of_text(self) -> str:
        return self.text[self._skip() :]

    def _word(self) -> str:
        """Return what stands at the place, for a message."""
        return re.split(r"[\s()+,;]", self._rest_of_text() or " ")[0] or self._rest_of_text()[:1]

    def _fail(self, what: str, hint: str | None, *, at: int | None = None) -> NoReturn:
        column = self._skip() if at is None else at
        raise NotationError(what, text=self.text, column=column, hint=hint)


def _as_ladder(items: list[tuple[tuple[_Rep, ...], ...]]) -> list[tuple[tuple[_Rep, ...], ...]]:
    """Return single reps in a row that have one rest, behind the last, as one item with that rest after each."""
    reps = [one[0] for sets in items for one in sets]
    *before, last = reps
    is_row = len(items) > 1 and all(len(sets) == 1 and len(sets[0]) == 1 for sets in items)
    if not is_row or not last.step.asks_for_rest or any(rep.step.asks_for_rest for rep in before):
        return items
    pace = last.pace if not any(rep.pace for rep in before) else None
    return [(tuple(replace(_rested(rep, last.step), pace=rep.pace or pace) for rep in reps),)]


def _possible(goal: str) -> Goal | None:
    try:
        return Goal.parse(goal)
    except GoalError:
        return None


def _rested(rep: _Rep, rest: Step | None) -> _Rep:
    if rest is None:
        return rep
    step = replace(rep.step, rest_s=rest.rest_s, rest_m=rest.rest_m, rest_ratio=rest.rest_ratio, rest_how=rest.rest_how)
    return replace(rep, step=step)


def _hammered(sets: tuple[tuple[_Rep, ...], ...], which: set[int]) -> tuple[tuple[_Rep, ...], ...]:
    hammered = []
    number_of_rep = 0
    for one in sets:
        reps = []
        for rep in one:
            number_of_rep += 1
            is_hammer = rep.step.is_hammer or number_of_rep in which
            reps.append(replace(rep, step=replace(rep.step, is_hammer=is_hammer)))
        hammered.append(tuple(reps))
    return tuple(hammered)


def _range(match: re.Match[str]) -> Pace:
    ends = [Goal.parse(f"{match[end]}/{match['unit']}").pace_s_per_km for end in ("fast", "slow")]
    return Pace(fast_s_per_km=min(ends), slow_s_per_km=max(ends))


def _is_kastor(steps: list[Step], hammer: tuple[int, ...]) -> bool:
    return (
        all(step.distance_m == KASTOR_DISTANCE_M for step in steps)
        and all(step.rest_ratio == 1.0 for step in steps[:-1])
        and hammer == Plan.kastor(reps=len(steps)).hammer
    )
