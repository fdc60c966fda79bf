"""What is to be simulated, as plain frozen data: moves, runner, watch, presses, scenario.

Conventions: SI with units in names; a `Move` is what the runner does, a `Watch` what the device makes of it. Figures
with a source were measured on real interval sessions (medians; see ``benchmarks/watch_behaviour.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from math import nan
from typing import Literal

from ..quantities.equal import EqualNan
from ..segments import Kind, RepStatus

Manner = Literal["run", "stand", "walk", "jog"]
Place = Literal["track", "road", "hills"]
Ending = Literal["pressed", "odometer", "timer", "none"]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Move(EqualNan):
    """One thing the runner does.

    Attributes
    ----------
    kind : str
        As in `Session`; reps are counted in order.
    manner : str
        ``run`` covers `distance_m` in `duration_s`, or holds `speed_mps` for `duration_s`. ``stand``, ``walk`` and
        ``jog`` last `duration_s`: standing and walking lead back to where the move began (the start line), jogging
        covers `distance_m` or holds `speed_mps`.
    distance_m, duration_s, speed_mps : float
        As `manner` needs them.
    status, is_hammer, planned_rep
        For reps, as in `Session` and `Plan`.
    pause : bool
        The runner stops the watch for this move.
    pressed : bool
        Whether the move is bounded by lap presses (those of reps always are).
    """

    kind: Kind
    manner: Manner = "run"
    distance_m: float = nan
    duration_s: float = nan
    speed_mps: float = nan
    status: RepStatus = "run"
    is_hammer: bool = False
    planned_rep: int | None = None
    pause: bool = False
    pressed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """How the runner moves.

    Attributes
    ----------
    accelerate_s : float
        Time constant of getting up to speed.
    run_up_s : float
        How long before the line the runner sets off after a standing or walking rest, half to one and a half times
        that, rep by rep.
    hold_s : float
        How long past the line they run on at speed before they let go; negative where they ease off before it.
    brake_s : float
        Time in which they then slow down, evenly, to a walk; to a jog in proportion.
    hold_spread_s, brake_spread : float
        Their sd (of the braking: relative) from rep to rep.
    eases_earlier : float
        Seconds by which they let go earlier for every second that they take longer to slow down: whoever does it
        gently begins before the line, whoever brakes runs past it first, and the middle of it hardly moves.
    fast_start : float
        Relative overspeed at a rep's start, fading with `fast_start_s`.
    wobble : float
        Relative sd of the speed within a rep, correlated over 8 s.
    reaction_s : float
        From the watch's beep to a change of pace, in sessions the watch leads.
    rest_bpm, max_bpm : float
        Heart rate at rest and at most.
    max_mps : float
        The speed at which the heart would reach its maximum, held for minutes.
    """

    accelerate_s: float = 1.5
    run_up_s: float = 0.25
    hold_s: float = -0.1
    hold_spread_s: float = 0.2
    brake_s: float = 5.5
    brake_spread: float = 0.2
    eases_earlier: float = 0.5
    fast_start: float = 0.11
    fast_start_s: float = 12.0
    wobble: float = 0.015
    reaction_s: float = 0.7
    rest_bpm: float = 62.0
    max_bpm: float = 188.0
    max_mps: float = 4.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How the device records.

    Attributes
    ----------
    name : str
        As the recording will call it.
    smart : bool
        A sample every 3 to 7 s and at presses, instead of every second.
    distance_bias : float
        Mean relative error of the integrated distance on a track.
    distance_wander, distance_swing, distance_ripple : float
        Its relative sd around that: correlated over a minute, over 6 s, and from second to second.
    distance_delay_s, position_delay_s : float
        By how much the distance and the positions are late; negative where a sample is dated with the second that it
        was taken in. The fraction of a second that the date leaves out is another every time.
    distance_window_s : float
        What the watch smooths speed over before it adds it up.
    speed_window_s, speed_delay_s : float
        The speed column is the mean of the last `speed_window_s` seconds, `speed_delay_s` late.
    gps_sd_m, gps_memory_s, gps_jitter_m : float
        Position error an axis: correlated part, its memory, and the white part.
    press_sample : float
        Share of presses at which a smart recorder writes a sample.
    silences_per_hour, silent_s : float
        How often nothing is recorded for a while, and for how long in the mean (exponentially).
    snaps : bool
        Track mode: positions lie on a perfect oval.
    """

    name: str
    smart: bool = False
    distance_bias: float = 0.02
    distance_wander: float = 0.012
    distance_swing: float = 0.035
    distance_ripple: float = 0.075
    distance_delay_s: float = -0.3
    distance_window_s: float = 0.0
    position_delay_s: float = -0.3
    speed_window_s: float = 2.5
    speed_delay_s: float = 2.6
    gps_sd_m: float = 1.8
    gps_memory_s: float = 60.0
    gps_jitter_m: float = 0.10
    press_sample: float = 0.97
    silences_per_hour: float = 0.0
    silent_s: float = 0.0
    snaps: bool = False


_OLDER = Watch(name="", smart=True, distance_delay_s=0.9, position_delay_s=0.9, speed_window_s=5.0, speed_delay_s=1.1)
_COROS = Watch(
    name="",
    distance_delay_s=0.1,
    distance_window_s=1.6,
    position_delay_s=2.1,
    distance_ripple=0.095,
    speed_window_s=9.0,
    speed_delay_s=3.3,
    gps_jitter_m=0.18,
)
WATCHES: dict[str, Watch] = {
    "fr235": replace(_OLDER, name="Forerunner 235", distance_bias=0.038, distance_wander=0.015),
    "fr55": replace(_OLDER, name="Forerunner 55", distance_bias=0.01),
    "vivoactive3": replace(_OLDER, name="vivoactive 3", distance_bias=0.05, distance_wander=0.02, gps_sd_m=2.4),
    "fr255": Watch(name="Forerunner 255", distance_bias=0.03),
    "fr745": Watch(name="Forerunner 745", smart=True, distance_bias=-0.01),
    "pace3": replace(_COROS, name="COROS PACE 3", distance_bias=0.012),
    "trackmode": replace(
        _COROS, name="COROS PACE 2", distance_bias=0.004, distance_wander=0.004, distance_swing=0.01, snaps=True
    ),
}
"""Watches by short name; distance biases as measured on tracks."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Presses(EqualNan):
    """The runner's habit at the lap button.

    Attributes
    ----------
    ending : str
        ``pressed``: a thumb at start and finish. ``odometer``: the watch ends each rep at exactly its distance and
        each rest at its time, as a loaded workout does; ``timer``: each rep at its time as well. ``none``: no laps.
    start_bias_s, end_bias_s, scatter_s : float
        Press less truth: habit, and sd around it.
    missed, doubled : float
        Share of presses forgotten, and pressed twice.
    late, late_s : float
        Share of presses that come late, and by how much in the mean (exponentially).
    auto_lap_m : float
        Distance of automatic laps, counted anew from every press; NaN for none.
    marks_rests : bool
        Whether the laps carry an intensity (active, rest).
    """

    ending: Ending = "pressed"
    start_bias_s: float = 0.0
    end_bias_s: float = 0.3
    scatter_s: float = 0.35
    missed: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    late_s: float = 7.0
    auto_lap_m: float = nan
    marks_rests: bool = False

    @property
    def by_watch(self) -> bool:
        """Whether the watch leads, and the runner follows its beeps."""
        return self.ending in ("odometer", "timer")


@dataclass(frozen=True, eq=False, kw_only=True)
class Scenario(EqualNan):
    """All of it; `temperature_c` is what the watch reads, NaN for one that has no thermometer."""

    name: str
    moves: tuple[Move, ...]
    place: Place = "track"
    runner: Runner = Runner()
    watch: Watch = field(default_factory=lambda: WATCHES["fr255"])
    presses: Presses = Presses()
    start_time: datetime = datetime(2026, 5, 5, 16, 30, tzinfo=UTC)
    utc_offset_s: float = 7200.0
    temperature_c: float = nan
