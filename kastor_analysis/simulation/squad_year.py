"""A squad's year with known truth: blocks, illness, heat, new shoes, a new watch, and what is wrong in their folders.

`squad_year` yields recordings, a folder a runner; `write_year` writes them with ``truth.json`` beside them. What is
wrong in the folders is what a coach meets: a friend's runs in a runner's folder, one runner under two names, rides, a
run exported twice. ``python -m kastor_analysis.simulation.squad_year FOLDER`` writes it.

How quick a runner is on a day is their goal's pace times `Day.form`, the product of what the year does to it:

- training: 1 % slower than at their best at its start, better in the build blocks and level in the base blocks;
- illness: some two weeks without a run, then 2.5 % slower, half of which is back in every ten days;
- heat: 0.15 % a degree above 18 °C. It is of the size of what marathons show (Ely et al. 2007, Med. Sci. Sports Exerc.
  39:487-493: some 2 % for good runners between 10 and 20 °C wet bulb), and no more than a plausible figure for reps;
- new shoes: 1 % quicker from the day on;
- the day: 0.6 % (sd), independent.

A new watch changes nothing of that, but reads distances otherwise.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from math import cos, pi
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from ..files.saving import Kind, Saver
from ..goal import Goal, equivalent_time_s
from ..writers import to_fit, to_gpx
from .scenario import WATCHES, Move, Place, Presses, Runner, Scenario
from .session import Around, interval_session, kastor_session, road_run
from .simulate import simulate

FIRST_MONDAY: Final = date(2025, 10, 6)
WEEKS: Final = 52
DAY_SD: Final = 0.006
HEAT_FROM_C, HEAT_A_DEGREE = 18.0, 0.0015
SHOES_GAIN: Final = 0.01
ILL_SLOWER, ILL_HALVED_DAYS = 0.025, 10.0
BLOCK_GAIN: Final = 0.02
"""What the year's build blocks give in all."""

Block = Literal["base", "build", "race", "taper", "rest"]

BLOCKS: Final[tuple[tuple[int, Block], ...]] = (
    (10, "base"), (18, "build"), (22, "race"), (24, "taper"), (26, "rest"),
    (34, "base"), (42, "build"), (47, "race"), (49, "taper"), (52, "rest"),
)  # fmt: skip
"""Until which week (the first is 1) which block lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainee:
    """One runner of the squad.

    Attributes
    ----------
    name, goal : str
        As the season is told.
    watch, new_watch : str
        Keys of `WATCHES`.
    new_watch_week, new_shoes_week, ill_week : int
        In which week of the year (from 1) it happens; 0: never.
    presses : bool
        Whether the lap key is pressed at the reps.
    sessions_at : str
        ``track`` or ``road``.
    fades, rests : float
        The last regular rep over the first; the rest over the planned one.
    """

    name: str
    goal: str
    watch: str = "fr255"
    new_watch: str = "pace3"
    new_watch_week: int = 0
    new_shoes_week: int = 0
    ill_week: int = 0
    presses: bool = True
    sessions_at: Place = "track"
    fades: float = 1.005
    rests: float = 1.0


SQUAD: Final = (
    Trainee(name="Anna", goal="5k 20:00", ill_week=14, new_watch_week=30),
    Trainee(name="Ben", goal="5k 18:30", watch="fr235", fades=1.035),
    Trainee(name="Chiara", goal="10k 42:00", watch="pace3", presses=False),
    Trainee(name="Dario", goal="5k 19:10", new_shoes_week=33, rests=0.78),
    Trainee(name="Elin", goal="5k 22:30", watch="fr55", sessions_at="road", new_watch="fr235", new_watch_week=33),
    Trainee(name="Fynn", goal="10k 38:30", watch="fr745", ill_week=36),
    Trainee(name="Gaia", goal="5k 21:15", watch="trackmode"),
    Trainee(name="Hugo", goal="5k 17:20", watch="pace3", rests=1.25),
    Trainee(name="Ida", goal="5k 24:00", watch="vivoactive3", presses=False, ill_week=20),
    Trainee(name="Jonas", goal="10k 45:00", sessions_at="road"),
    Trainee(name="Kaja", goal="5k 20:40", watch="fr235", new_shoes_week=20, fades=0.99),
    Trainee(name="Luca", goal="5k 18:55", watch="fr745", new_watch="pace3", new_watch_week=20),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One recording of the year and what is true of it.

    Attributes
    ----------
    trainee : str
        Who ran it.
    folder : str
        In whose folder it lies.
    what : str
        ``easy``, ``long``, ``strides``, ``ride`` or the session: ``16 x 400 m``, ``6 x 3:00`` ...
    form : float
        The pace of the day's reps over that of the goal's; below 1 is quicker.
    """

    trainee: str
    folder: str
    name: str
    what: str
    day: date
    block: Block
    form: float
    temperature_c: float
    watch: str
    scenario: Scenario
    seed: int
    format: Literal["fit", "gpx"] = "fit"
    sport: str = "running"

    @property
    def path(self) -> str:
        """Where it lies in the year's folder."""
        return f"{self.folder}/{self.name}.{self.format}"

    def content(self) -> bytes:
        """Return the recording."""
        activity = replace(simulate(self.scenario, self.seed).activity, sport=self.sport)
        return to_gpx(activity) if self.format == "gpx" else to_fit(activity)


def squad_year(
    squad: Sequence[Trainee] = SQUAD, *, weeks: int = WEEKS, first_week: int = 1, mistakes: bool = True
) -> Iterator[Day]:
    """Yield every recording of a squad's year.

    Parameters
    ----------
    squad : sequence of Trainee
        Who.
    weeks, first_week : int
        How many weeks of the year, from which on.
    mistakes : bool
        Whether the folders hold what is wrong: a week of the second runner's in the first one's, the third runner's
        last weeks under another name, rides of the first, a run of the first twice.
    """
    for place, trainee in enumerate(squad):
        for day in _runner_year(trainee, place, range(first_week, first_week + weeks)):
            yield _misplaced(day, place, squad, first_week, weeks) if mistakes else day
            if mistakes and place == 0 and day.what == "easy" and day.day.day == 15:
                yield replace(day, name=f"{day.name}-again", format="gpx")
                ride = replace(day.scenario, moves=road_run(4200.0, 7.5, stops=3, seed=day.seed), name="ride")
                start = day.scenario.start_time + timedelta(hours=9)
                yield replace(
                    day, name=f"{day.day}-ride", what="ride", sport="cycling",
                    scenario=replace(ride, start_time=start),
                )  # fmt: skip


def _misplaced(day: Day, place: int, squad: Sequence[Trainee], first_week: int, weeks: int) -> Day:
    """Return a recording in the folder in which it lies by mistake."""
    week = (day.day - FIRST_MONDAY).days // 7 + 1 - first_week
    if place == 1 and week == min(2, weeks - 1):
        return replace(day, folder=squad[0].name, name=f"{day.name}-ben")
    if place == 2 and week >= weeks - max(2, weeks // 10):
        return replace(day, folder=f"{squad[2].name} new phone")
    return day


def write_year(folder: Path, days: Sequence[Day] | Iterator[Day]) -> list[dict[str, Any]]:
    """Write recordings and ``truth.json`` into `folder`; return the truth, a row a recording.

    Raises
    ------
    WriteError
        If a file cannot be written, or would replace another.
    """
    saver, rows = Saver(), []
    for day in days:
        content = day.content()
        target = folder / day.path
        target.parent.mkdir(parents=True, exist_ok=True)
        head = content[:64]
        saver.save(target, content, Kind("this recording", (target.suffix,), partial(_begins_with, head)))
        rows.append(
            {
                "file": day.path,
                "runner": day.trainee,
                "date": day.day.isoformat(),
                "what": day.what,
                "block": day.block,
                "form": round(day.form, 5),
                "temperature_c": None if day.temperature_c != day.temperature_c else round(day.temperature_c),
                "watch": day.watch,
            }
        )
    text = json.dumps(rows, indent=1) + "\n"
    saver.save(
        folder / "truth.json", text.encode(), Kind("the year's truth", (".json",), lambda found: b'"form"' in found)
    )
    return rows


def _begins_with(head: bytes, content: bytes) -> bool:
    return content.startswith(head)


# -- one runner


def _runner_year(trainee: Trainee, place: int, weeks: range) -> Iterator[Day]:
    rng = np.random.default_rng([2026, place])
    goal = Goal.parse(trainee.goal)
    runner = Runner(
        accelerate_s=float(1.5 * np.exp(rng.normal(0.0, 0.2))),
        brake_s=float(5.0 * np.exp(rng.normal(0.0, 0.2))),
        max_mps=1.12 * goal.speed_mps,
        rest_bpm=float(rng.uniform(50, 66)),
        max_bpm=float(round(rng.uniform(182, 198))),
    )
    presses = Presses(ending="pressed" if trainee.presses else "none", scatter_s=0.35, missed=0.01)
    # The whole year is drawn, whichever weeks of it are asked for.
    for week in range(1, max(WEEKS, weeks.stop - 1) + 1):
        own = np.random.default_rng([2026, place, week])
        chosen = list(_week(trainee, week, own))
        if week not in weeks:
            continue
        for weekday, what in chosen:
            day = FIRST_MONDAY + timedelta(weeks=week - 1, days=weekday)
            temperature_c = _temperature_c(day, own)
            form = _form(trainee, week, day, temperature_c, own)
            watch = trainee.new_watch if trainee.new_watch_week and week >= trainee.new_watch_week else trainee.watch
            moves, at = _moves(what, goal, form, trainee, own)
            morning = weekday >= 5
            start = datetime(day.year, day.month, day.day, 8 if morning else 16, int(own.integers(0, 60)), tzinfo=UTC)
            timed = what in _TIMED
            yield Day(
                trainee=trainee.name,
                folder=trainee.name,
                name=f"{day}-{_as_file(what)}",
                what=what,
                day=day,
                block=_block(week),
                form=form,
                temperature_c=temperature_c,
                watch=WATCHES[watch].name,
                seed=1000 * place + 7 * week + weekday,
                scenario=Scenario(
                    name=f"{trainee.name}-{day}",
                    moves=moves,
                    place=at,
                    runner=runner,
                    watch=WATCHES[watch],
                    presses=replace(presses, ending="timer", marks_rests=True) if timed else presses,
                    start_time=start.replace(second=int(own.integers(0, 60))),
                    temperature_c=temperature_c,
                ),
            )


def _as_file(what: str) -> str:
    return "".join(letter for letter in what.replace(" x ", "x").replace(" ", "-") if letter not in ":()")


def _block(week: int) -> Block:
    return next((block for until, block in BLOCKS if (week - 1) % WEEKS + 1 <= until), "base")


def _week(trainee: Trainee, week: int, rng: np.random.Generator) -> Iterator[tuple[int, str]]:
    """Yield the weekday and the name of each run of a week."""
    ill_for = week - trainee.ill_week
    if trainee.ill_week and 0 <= ill_for < 2:
        return
    block, light = _block(week), week % 4 == 0
    sessions = {
        "base": ("strides", "8 x 60 s hills"),
        "build": ("6 x 3:00", "5 x 1000 m"),
        "race": ("16 x 400 m", "3 x (4 x 400 m)"),
        "taper": ("8 x 400 m", "strides"),
        "rest": ("easy", "easy"),
    }[block]
    if block == "base" and week % 3 == 0:
        sessions = ("strides", "2 x 2000 m")
    if block == "build" and week % 3 == 0:
        sessions = ("16 x 400 m", "5 x 1000 m")
    if block == "race" and week % 3 == 1:
        sessions = ("16 x 400 m", "ladder")
    if light:
        sessions = ("strides", "easy")
    plan = {0: "easy", 1: sessions[0], 3: "easy", 4: sessions[1], 6: "long"}
    for weekday, what in plan.items():
        # Nobody comes every time; the session least often.
        if rng.random() < 0.92:
            yield weekday, what


def _temperature_c(day: date, rng: np.random.Generator) -> float:
    """Return the afternoon's temperature of a place in middle Europe."""
    return float(12.0 - 11.0 * cos(2 * pi * (day.timetuple().tm_yday - 20) / 365.25) + rng.normal(0.0, 4.0))


def _form(trainee: Trainee, week: int, day: date, temperature_c: float, rng: np.random.Generator) -> float:
    built, building = 0, 0
    for w in range(1, WEEKS + 1):
        is_building = _block(w) in ("build", "race")
        building += is_building
        built += is_building and w <= week
    form = 1.01 - BLOCK_GAIN * built / building
    if trainee.ill_week and week >= trainee.ill_week + 2:
        days = (day - FIRST_MONDAY).days - 7 * (trainee.ill_week + 1)
        form *= 1.0 + ILL_SLOWER * 0.5 ** (days / ILL_HALVED_DAYS)
    if trainee.new_shoes_week and week >= trainee.new_shoes_week:
        form *= 1.0 - SHOES_GAIN
    form *= 1.0 + HEAT_A_DEGREE * max(0.0, temperature_c - HEAT_FROM_C)
    return float(form * (1.0 + rng.normal(0.0, DAY_SD)))


_TIMED: Final = ("6 x 3:00", "8 x 60 s hills")


def _moves(
    what: str, goal: Goal, form: float, trainee: Trainee, rng: np.random.Generator
) -> tuple[tuple[Move, ...], Place]:
    race_m = goal.race_m or 5000.0
    pace_5k = equivalent_time_s(race_m, race_m / goal.speed_mps, 5000.0) / 5000.0 * form
    pace_10k = equivalent_time_s(race_m, race_m / goal.speed_mps, 10_000.0) / 10_000.0 * form
    easy_mps = 0.70 / pace_5k
    seed = int(rng.integers(0, 10_000))
    at, rests = trainee.sessions_at, trainee.rests

    def even(n: int, metres: float, s_per_m: float) -> list[tuple[float, float]]:
        fade = np.linspace(1.0, trainee.fades, n) / (0.5 + 0.5 * trainee.fades)
        return [(metres, float(t)) for t in metres * s_per_m * fade * (1.0 + rng.normal(0.0, 0.006, n))]

    around = Around(
        warmup_s=float(rng.uniform(660, 840)), warmup_mps=easy_mps, stretch_s=float(rng.uniform(120, 260)),
        drills=int(rng.integers(3, 7)), strides=2, cooldown_s=float(rng.uniform(600, 780)),
    )  # fmt: skip
    if what == "easy":
        return road_run(float(rng.uniform(2400, 3600)), easy_mps, stops=int(rng.integers(0, 4)), seed=seed), "road"
    if what == "long":
        return road_run(float(rng.uniform(4500, 6300)), 0.97 * easy_mps, stops=2, seed=seed), "road"
    if what == "strides":
        moves = list(road_run(float(rng.uniform(2100, 2700)), easy_mps, seed=seed))
        for _ in range(6):
            moves.append(Move(kind="stride", distance_m=19.0 * 1.22 / pace_5k, duration_s=19.0))
            moves.append(Move(kind="other", manner="walk", duration_s=float(rng.uniform(50, 70))))
        return (*moves, Move(kind="other", duration_s=420.0, speed_mps=easy_mps)), "road"
    if what == "16 x 400 m":
        times = [t for _, t in even(16, 400.0, pace_5k)]
        for hammer in (11, 15):
            times[hammer] *= 1.0 - float(rng.normal(0.09, 0.015))
        return kastor_session(times, rest_ratio=rests, around=around), at
    if what == "8 x 400 m":
        return interval_session(even(8, 400.0, pace_5k), 400.0 * pace_5k * rests, around=around), at
    if what == "3 x (4 x 400 m)":
        moves_ = interval_session(
            even(12, 400.0, 0.985 * pace_5k), 60.0 * rests, recovery="stand", set_rests={4: 240.0, 8: 240.0},
            around=around,
        )  # fmt: skip
        return moves_, at
    if what == "5 x 1000 m":
        return interval_session(even(5, 1000.0, 1.005 * pace_5k), 150.0 * rests, recovery="jog", around=around), at
    if what == "2 x 2000 m":
        return interval_session(even(2, 2000.0, pace_10k), 180.0 * rests, recovery="jog", around=around), at
    if what == "ladder":
        steps = [(m, m * pace_5k * f) for m, f in ((400, 0.985), (800, 1.0), (1200, 1.01), (800, 1.0), (400, 0.975))]
        return interval_session(steps, 120.0 * rests, recovery="walk", around=around), at
    if what == "6 x 3:00":
        reps = [(180.0 / (pace_5k * 1.0 * (1.0 + rng.normal(0.0, 0.006))), 180.0) for _ in range(6)]
        return interval_session(reps, 120.0 * rests, recovery="jog", around=around), "road"
    reps = [(60.0 / (pace_5k * 1.12 * (1.0 + rng.normal(0.0, 0.01))), 60.0) for _ in range(8)]
    return interval_session(reps, 100.0, recovery="jog", around=replace(around, drills=0)), "hills"


def main(arguments: list[str] | None = None) -> int:
    """Write the year into the folder named."""
    parser = argparse.ArgumentParser(
        prog="python -m kastor_analysis.simulation.squad_year", description="Write a simulated year of a squad."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runners", type=int, default=len(SQUAD))
    parser.add_argument("--weeks", type=int, default=WEEKS)
    parser.add_argument("--from-week", type=int, default=1)
    args = parser.parse_args(arguments)
    rows = write_year(args.folder, squad_year(SQUAD[: args.runners], weeks=args.weeks, first_week=args.from_week))
    print(f"{len(rows)} recordings of {args.runners} runners in {args.folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
