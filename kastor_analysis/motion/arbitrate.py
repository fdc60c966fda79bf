"""`account_of`: which witness is believed where -> one distance over time, and what is said about it.

First the units: a witness that differs from the others by a factor counts in another unit, or is off by that factor;
positions are geometry and have no unit to be mistaken in, so they decide over the distance, and the distance (or the
laps) over the speed. Then the one believed first: the distance, else the positions, else the speed, passing over one
that fell silent for most of the recording. Where that one stands still, or is silent, while others say that the runner
ran, another takes its place, at the rate at which the two agree elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..activity import Activity
from ..errors import SegmentError
from ..quantities.ordered import median, quantile
from ..words import clock
from .compare import (
    DISTANCE_UNITS,
    EVEN,
    FEWEST_WINDOWS,
    SPEED_UNITS,
    UNIT_WITHIN,
    WINDOW_S,
    Ratio,
    Unit,
    Windows,
    ran_s,
    ratio_of,
    silences,
    standstills,
    unit_near,
    vary,
)
from .grid import SILENT_S
from .witnesses import FASTEST_MPS, FEWEST_SAMPLES, HELD_S, WORDS, Name, Witness, witnesses_of

FloatArray = NDArray[np.float64]

DISTANCE_AGREES = 1.2
"""Watches and positions of sound recordings agree to 12 % in all of 500 recordings looked at."""
SPEED_AGREES = 1.5
"""The speed column lags and is smoothed: over windows of a session it is off by up to 36 % in sound recordings."""
LEAST_SHARE = 0.5
"""Share of the time that a witness must be heard for, against the best heard one."""
COARSE_M = 4.0
"""In steps of so many metres nothing tells when a rep began: files round to a hundredth of what they call metres."""
BLURRED_BELOW = 2e-3
"""Kilometres and miles to a hundredth blur the ratio to metres, so that it is no unit's to the percent."""
DEAD_M = 20.0
"""A distance that never gains more is none."""
RAN_LEAST_S = 20.0
"""For so long others must say that the runner ran, before a standstill or a silence is overruled."""
ON_FOOT_MPS = (1.0, 8.0)
"""What running is usually like, when nothing but a distance tells."""
FASTEST_KEPT_MPS = 9.5
"""Nobody runs so fast over a window of 20 s, let alone over several."""
SLOWEST_RUN_MPS = 2.0
"""A run's usual speed is no walk."""
EVEN_GOING = 5.0
"""A run's speeds lie within this factor of their median; a handful of metres gained at random does not."""
FROZEN_S = 60.0
"""A speed that is the same to the last digit for so long may have died; on a treadmill, or by a coarse watch, it is."""
CATCHES_UP = (0.7, 1.4)
"""A leap after a standstill by about what was run in it, as a factor, makes up for it."""


class Stretch(NamedTuple):
    """Where a stretch of the motion comes from: [start_s, end_s) and ``device``, ``positions`` or ``speed``."""

    start_s: float
    end_s: float
    source: Name


class Account(NamedTuple):
    """The distance that is believed.

    Attributes
    ----------
    rows : ndarray of bool, shape (n_samples,)
        The samples that have it.
    distance_m : ndarray, shape (k,)
        Cumulative, at those samples, 0 at the first; a leap of the witness is still in it.
    source : str
        The witness of most of it.
    stretches : tuple of Stretch
        Where it comes from, in order.
    speed_mps : ndarray, shape (n_samples,)
        The speed column in metres a second; NaN throughout where it cannot be believed.
    warnings : tuple of str
        What was not believed, from when to when, and what stands in its place.
    """

    rows: NDArray[np.bool_]
    distance_m: FloatArray
    source: Name
    stretches: tuple[Stretch, ...]
    speed_mps: FloatArray
    warnings: tuple[str, ...] = ()


@dataclass(eq=False)
class _Hearing:
    """The witnesses while they are heard."""

    activity: Activity
    heard: dict[Name, Witness]
    pauses_s: FloatArray
    windows: Windows
    speed_mps: FloatArray
    """The speed column as far as it is believed: in metres a second, NaN where it is left out."""
    warnings: list[str] = field(default_factory=list)

    @property
    def span_s(self) -> tuple[float, float]:
        """The first and the last sample."""
        time_s = self.activity.column("time_s")
        return float(time_s[0]), float(time_s[-1])


def account_of(activity: Activity, pauses_s: FloatArray) -> Account:
    """Return the distance that the witnesses of an activity give together.

    Raises
    ------
    SegmentError
        If it holds neither distance nor positions nor speed.
    """
    time_s = activity.column("time_s")
    windows = Windows(float(time_s[0]), float(time_s[-1])) if time_s.size else Windows(0.0, 0.0)
    hearing = _Hearing(activity, witnesses_of(activity), pauses_s, windows, activity.column("speed_mps"))
    _settle_distance_unit(hearing)
    _leave_out_frozen_speed(hearing)
    _settle_speed_unit(hearing)
    _leave_out_dead(hearing)
    if not hearing.heard:
        raise SegmentError(
            "holds no motion: neither distance nor positions nor speed",
            file=activity.source,
            hint="Record with GPS or a foot pod, or export the file again with its samples",
        )
    return _told(hearing)


def _settle_distance_unit(hearing: _Hearing) -> None:
    """Put the distance into metres, where another witness, or a runner's limits, say that it is not."""
    device = hearing.heard.get("device")
    if device is None:
        return
    positions, speed = hearing.heard.get("positions"), hearing.heard.get("speed")
    if positions is not None and (ratio := hearing.windows.ratio(device, positions)) is not None:
        if ratio.is_even and ratio.is_off(DISTANCE_AGREES):
            what = f"{ratio.median:.4g} times what the positions say"
            if not _left_out_coarse(hearing, device, ratio.median, what, "positions"):
                _divide_distance(hearing, device, ratio.median, what)
        return
    usual_mps = hearing.windows.usual_mps(device)
    by_speed, by_laps = _by_speed(hearing, device, speed), _by_laps(hearing, device)
    if _settled_by_both(hearing, device, by_speed, by_laps):
        return
    if usual_mps <= 0.0 or ON_FOOT_MPS[0] <= usual_mps <= ON_FOOT_MPS[1]:
        return
    for ratio, what in ((by_speed, "the speed says"), (by_laps, "the laps say")):
        unit = unit_near(ratio.median, DISTANCE_UNITS) if ratio else None
        if ratio is None or (unit is None and ratio.median > BLURRED_BELOW):
            continue
        factor, said = ratio.median if unit is None else unit.factor, f"{ratio.median:.4g} times what {what}"
        if speed is not None and _left_out_coarse(hearing, device, factor, said, "speed"):
            return
        if ratio.is_even and unit is not None:
            _divide_distance(hearing, device, factor, said)
            return
    if by_speed is not None and by_speed.is_even:
        del hearing.heard["device"]
        said = f"The distance is {by_speed.median:.4g} times what the speed says"
        hearing.warnings.append(f"{said}: all was worked out from the speed instead.")
        return
    kilometres = DISTANCE_UNITS[0]
    gained, ran = hearing.windows.gains(device)
    if ran.any() and ON_FOOT_MPS[0] <= usual_mps / kilometres.factor <= ON_FOOT_MPS[1]:
        known = gained[gained > 0.0]
        even = np.abs(np.log(known / median(gained[ran]))) < np.log(EVEN_GOING)
        if known.size >= FEWEST_WINDOWS and even.mean() > 0.9 and known.size > 0.5 * gained.size:
            _divide_distance(hearing, device, kilometres.factor, "in metres, less than anybody moves")


def _settled_by_both(hearing: _Hearing, device: Witness, by_speed: Ratio | None, by_laps: Ratio | None) -> bool:
    """Divide a distance that speed and laps contradict by the same factor; return whether it was."""
    if by_speed is None or by_laps is None or not by_speed.is_even or not by_laps.is_even:
        return False
    if not by_laps.is_off(DISTANCE_AGREES) or abs(log(by_speed.median / by_laps.median)) > UNIT_WITHIN:
        return False
    said = f"{by_laps.median:.4g} times what the speed and the laps say"
    if not _left_out_coarse(hearing, device, by_laps.median, said, "speed"):
        _divide_distance(hearing, device, by_laps.median, said)
    return True


def _left_out_coarse(hearing: _Hearing, device: Witness, factor: float, what: str, instead: Name) -> bool:
    """Leave out a distance that is written in steps too coarse for its unit; return whether it was."""
    steps = np.diff(device.total_m)
    step_m = float(steps[steps > 0.0].min()) / factor if (steps > 0.0).any() else 0.0
    if step_m < COARSE_M:
        return False
    del hearing.heard["device"]
    unit = unit_near(factor, DISTANCE_UNITS)
    counts = "" if unit is None else f", it counts {unit.name}"
    hearing.warnings.append(
        f"The distance is {what}{counts}, in steps of {step_m:.0f} m: "
        f"all was worked out from the {WORDS[instead]} instead."
    )
    return True


def _by_speed(hearing: _Hearing, device: Witness, speed: Witness | None) -> Ratio | None:
    """Return the ratio of distance and speed, where the speed is one on foot."""
    if speed is None or not ON_FOOT_MPS[0] <= hearing.windows.usual_mps(speed) <= ON_FOOT_MPS[1]:
        return None
    return hearing.windows.ratio(device, speed)


def _by_laps(hearing: _Hearing, witness: Witness) -> Ratio | None:
    """Return the ratio of a witness and the laps' own distances, where those are ones on foot."""
    laps = hearing.activity.lap_table
    lasted_s, said_m = laps["end_s"] - laps["start_s"], laps["distance_m"]
    counted = witness.at(laps["end_s"]) - witness.at(laps["start_s"])
    with np.errstate(invalid="ignore", divide="ignore"):
        on_foot = (said_m / lasted_s >= ON_FOOT_MPS[0]) & (said_m / lasted_s <= ON_FOOT_MPS[1]) & (counted > 0.0)
    if not on_foot.any():
        return None
    return ratio_of(counted[on_foot], said_m[on_foot])


def _divide_distance(hearing: _Hearing, device: Witness, factor: float, why: str) -> None:
    unit = unit_near(factor, DISTANCE_UNITS)
    hearing.heard["device"] = device.divided(factor if unit is None else unit.factor)
    counts = "" if unit is None else f": it counts {unit.name}"
    hearing.warnings.append(f"The distance is {why}{counts}. It was {_put_right(factor, unit)}.")


def _put_right(factor: float, unit: Unit | None) -> str:
    factor = factor if unit is None else unit.factor
    return f"divided by {factor:.4g}" if factor > 1.0 else f"multiplied by {1.0 / factor:.4g}"


def _settle_speed_unit(hearing: _Hearing) -> None:
    """Put the speed into metres a second, or leave it out, where it contradicts the others."""
    speed = hearing.heard.get("speed")
    if speed is None:
        return
    compared = [
        (hearing.windows.ratio(speed, other), f"what the {WORDS[name]} {'say' if name == 'positions' else 'says'}")
        for name, other in hearing.heard.items()
        if name != "speed"
    ]
    compared.append((_by_laps(hearing, speed), "what the laps say"))
    for ratio, what in compared:
        if ratio is None:
            continue
        if not ratio.is_off(SPEED_AGREES):
            return
        unit = unit_near(ratio.median, SPEED_UNITS) if ratio.spread <= 2.0 * EVEN else None
        if unit is not None:
            hearing.speed_mps = hearing.speed_mps / unit.factor
            hearing.heard["speed"] = speed.divided(unit.factor)
            done = f"it is in {unit.name}. It was {_put_right(unit.factor, unit)}"
        else:
            hearing.speed_mps = np.full(hearing.speed_mps.size, np.nan)
            del hearing.heard["speed"]
            done = "it was left out"
        hearing.warnings.append(f"The speed is {ratio.median:.3g} times {what}: {done}.")
        return
    if hearing.activity.sport == "running" and len(hearing.heard) == 1:
        _settle_speed_alone(hearing, speed)


def _settle_speed_alone(hearing: _Hearing, speed: Witness) -> None:
    """Put the speed of a run into metres a second, where nothing else tells and nobody runs so fast."""
    gained, ran = hearing.windows.gains(speed)
    if not ran.any():
        return
    usual_mps, fastest_mps = (float(quantile(gained[ran], share)) / WINDOW_S for share in (0.5, 0.95))
    if usual_mps <= ON_FOOT_MPS[1] and fastest_mps <= FASTEST_KEPT_MPS:
        return
    unit = next((unit for unit in SPEED_UNITS[:2] if usual_mps / unit.factor >= SLOWEST_RUN_MPS), None)
    if unit is None:
        return
    hearing.speed_mps = hearing.speed_mps / unit.factor
    hearing.heard["speed"] = speed.divided(unit.factor)
    hearing.warnings.append(
        f"The speed is more than anybody runs ({fastest_mps:.1f} m/s): it was taken to be in {unit.name}, and "
        f"{_put_right(unit.factor, unit)}; distances and paces are no better than that."
    )


def _leave_out_frozen_speed(hearing: _Hearing) -> None:
    """Leave out a speed where it stays at one value, to the last digit, while another witness tells of several."""
    speed = hearing.heard.get("speed")
    others = [hearing.heard[name] for name in ("device", "positions") if name in hearing.heard]
    if speed is None or not others:
        return
    values = hearing.speed_mps[speed.rows]
    changes = np.flatnonzero(np.diff(values, prepend=np.nan, append=np.nan) != 0.0)
    first, last = changes[:-1], changes[1:] - 1
    long = (values[first] > 0.0) & (speed.time_s[last] - speed.time_s[first] >= FROZEN_S)
    at_one_value = [speed.time_s[a : b + 1] for a, b in zip(first[long].tolist(), last[long].tolist(), strict=True)]
    spans = [(float(at_s[0]), float(at_s[-1])) for at_s in at_one_value if vary(others, at_s)]
    if not spans:
        return
    time_s = hearing.activity.column("time_s")
    frozen = np.zeros(time_s.size, dtype=bool)
    for start_s, end_s in spans:
        frozen |= (time_s >= start_s) & (time_s <= end_s)
        hearing.warnings.append(
            f"The speed stays at one value from {clock(start_s)} to {clock(end_s)} although the "
            f"{WORDS[others[0].name]} {'tell' if others[0].name == 'positions' else 'tells'} of several: "
            "it was left out there."
        )
    hearing.speed_mps = np.where(frozen, np.nan, hearing.speed_mps)
    kept = ~frozen[speed.rows]
    if np.count_nonzero(kept) < FEWEST_SAMPLES:
        del hearing.heard["speed"]
        return
    hearing.heard["speed"] = speed._replace(
        rows=speed.rows & ~frozen, time_s=speed.time_s[kept], total_m=speed.total_m[kept]
    )


def _leave_out_dead(hearing: _Hearing) -> None:
    """Leave out a distance that never gains anything."""
    device = hearing.heard.get("device")
    if device is None or np.ptp(device.total_m) > DEAD_M:
        return
    del hearing.heard["device"]
    start_s, end_s = float(device.time_s[0]), float(device.time_s[-1])
    for name, other in hearing.heard.items():
        ran = ran_s(other, start_s, end_s, hearing.pauses_s)
        if ran is not None and ran >= RAN_LEAST_S:
            hearing.warnings.append(f"The distance stands still throughout: it was worked out from the {WORDS[name]}.")
            return


def _told(hearing: _Hearing) -> Account:
    """Return the account of the witness that is believed first, with others in its place where it is not."""
    overruled = {name: _overruled(hearing, first) for name, first in hearing.heard.items()}
    told_s = {
        name: first.told_s(SILENT_S)
        - sum(end_s - start_s for start_s, end_s, is_still, _ in overruled[name] if is_still)
        for name, first in hearing.heard.items()
    }
    believed = next(name for name in told_s if told_s[name] >= LEAST_SHARE * max(told_s.values()))
    for name in hearing.heard:
        if name == believed:
            break
        if overruled[name]:
            what = " and ".join(_from_to(name, item) for item in overruled[name][:2])
            hearing.warnings.append(
                f"The {WORDS[name]} {what} although the runner went on: "
                f"all was worked out from the {WORDS[believed]} instead."
            )
    return _patched(hearing, hearing.heard[believed], overruled[believed])


_Overruled = tuple[float, float, bool, Name]
"""Start, end, whether it stands still there (it is silent otherwise), and who takes its place."""


def _overruled(hearing: _Hearing, first: Witness) -> list[_Overruled]:
    """Return where a witness stands still or is silent while all others that are heard say that the runner ran."""
    order = list(WORDS)  # who comes later may stand in
    others = {name: other for name, other in hearing.heard.items() if order.index(name) > order.index(first.name)}
    if not others:
        return []
    found: list[_Overruled] = []
    spans = [(*span, True) for span in standstills(first)]
    spans += [(*span, False) for span in silences(first, *hearing.span_s, SILENT_S)]
    for start_s, end_s, is_still in sorted(spans):
        said = {name: ran_s(other, start_s, end_s, hearing.pauses_s) for name, other in others.items()}
        known = {name: ran for name, ran in said.items() if ran is not None}
        if known and min(known.values()) >= RAN_LEAST_S:
            found.append((start_s, end_s, is_still, next(iter(known))))
    return found


def _from_to(name: Name, item: _Overruled) -> str:
    start_s, end_s, is_still, _ = item
    is_one = name != "positions"
    what = ("stands still" if is_one else "stand still") if is_still else ("is missing" if is_one else "are missing")
    return f"{what} from {clock(start_s)} to {clock(end_s)}"


def _patched(hearing: _Hearing, first: Witness, overruled: Sequence[_Overruled]) -> Account:
    """Return a witness's account with others in its place where it is overruled."""
    start_s, end_s = hearing.span_s
    total_m = _capped(first) if first.name == "speed" else first.total_m
    if not overruled:
        return _account(hearing, first.rows, total_m - total_m[0], first.name, (Stretch(start_s, end_s, first.name),))
    all_s = hearing.activity.column("time_s")
    own_m = np.full(all_s.size, np.nan)
    own_m[first.rows] = total_m
    at_m, rows = own_m.copy(), first.rows.copy()
    stretches: list[Stretch] = []
    added_m, reached_s = 0.0, start_s
    for item in overruled:
        from_s, to_s, is_still, name = item
        other, rate = hearing.heard[name], _rate(hearing, hearing.heard[name], first)
        is_first, is_last = from_s < first.time_s[0], to_s > first.time_s[-1]
        ran_m = other.gained(from_s, to_s) / rate
        known_m = 0.0 if is_first or is_last else first.gained(from_s, to_s)
        if is_still:
            known_m, to_s = _with_leap(first, to_s, ran_m, known_m)
        if known_m > 0.0 and CATCHES_UP[0] <= known_m / ran_m <= CATCHES_UP[1]:
            rate, ran_m = rate * ran_m / known_m, known_m
        base_m = added_m + (0.0 if is_first else first.gained(first.time_s[0], from_s)) + total_m[0]
        added_m += ran_m - known_m
        after = all_s >= to_s
        at_m[after] = own_m[after] + added_m
        inside = (all_s >= from_s if is_first else all_s > from_s) & (all_s <= to_s if is_last else all_s < to_s)
        at_m[inside] = base_m + (other.at(all_s[inside]) - other.at(np.array([from_s]))) / rate
        rows[inside] = other.rows[inside]
        if from_s > reached_s:
            stretches.append(Stretch(reached_s, from_s, first.name))
        stretches.append(Stretch(from_s, to_s, name))
        reached_s = to_s
        hearing.warnings.append(
            f"The {WORDS[first.name]} {_from_to(first.name, item)} although the {WORDS[name]} "
            f"{'go' if name == 'positions' else 'goes'} on: it was worked out from the {WORDS[name]} there."
        )
    if reached_s < end_s:
        stretches.append(Stretch(reached_s, end_s, first.name))
    distance_m = np.maximum.accumulate(at_m[rows])
    return _account(hearing, rows, distance_m - distance_m[0], first.name, tuple(stretches))


def _with_leap(first: Witness, to_s: float, ran_m: float, known_m: float) -> tuple[float, float]:
    """Return what a count gained over a standstill and a leap after it that makes up for it, and where that ends."""
    after = int(np.searchsorted(first.time_s, to_s, side="right"))
    if after >= first.time_s.size:
        return known_m, to_s
    leapt_m = float(first.total_m[after] - first.total_m[after - 1])
    step_s = float(first.time_s[after] - first.time_s[after - 1])
    if leapt_m > FASTEST_MPS * step_s and CATCHES_UP[0] <= leapt_m / max(ran_m, 1e-9) <= CATCHES_UP[1]:
        return known_m + leapt_m, float(first.time_s[after])
    return known_m, to_s


def _rate(hearing: _Hearing, other: Witness, first: Witness) -> float:
    """Return how much more a stand-in counts than the witness it stands in for, where both are heard."""
    ratio = hearing.windows.ratio(other, first)
    return ratio.median if ratio is not None and not ratio.is_off(SPEED_AGREES) else 1.0


def _capped(speed: Witness) -> FloatArray:
    """Return a speed's distance with nothing faster than a runner in it."""
    steps_s = np.minimum(np.diff(speed.time_s), HELD_S)
    gained_m = np.clip(np.diff(speed.total_m), 0.0, FASTEST_MPS * steps_s)
    return np.concatenate([[0.0], np.cumsum(gained_m)])


def _account(
    hearing: _Hearing, rows: NDArray[np.bool_], distance_m: FloatArray, source: Name, stretches: tuple[Stretch, ...]
) -> Account:
    return Account(
        rows=rows,
        distance_m=distance_m,
        source=source,
        stretches=stretches,
        speed_mps=hearing.speed_mps,
        warnings=tuple(hearing.warnings),
    )
