"""The rules by which laps are made honest, one function a rule.

Conventions: instants are Unix seconds as float64; laps are columns of one length. A lap is told by five numbers, any of
which may be wrong: its start, the time it was written, elapsed time, timer time and distance. Laps that follow each
other without a gap are a chain; a correction under which a broken chain fits is believed.

==========================  ===========================================================================================
fault                       rule
==========================  ===========================================================================================
starts wrong                where the times at which laps were written, less their elapsed times, make a chain and the
                            starts do not: those
one start wrong             likewise, where that lap alone breaks the chain
all at another time         by whole quarters of an hour, and by just so many they would cover the samples: moved
last lap runs on            past its timer time, while nothing moves: it ends with its timer
two chains                  laps by hand and laps each kilometre, or a lap of all, both over the whole recording: those
                            by hand are kept
==========================  ===========================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..quantities.ordered import distinct
from ..words import counted
from .times import QUARTER_S

FloatArray = NDArray[np.float64]
Laps = Mapping[str, NDArray[Any]]

FITS_S = 2.5
"""Watches state the end of a lap and the start of the next so far apart."""
WRONG_S = 10.0
"""By so much a start and the time its lap was written contradict each other, before either is doubted."""
AT_THE_END_S = 60.0
"""Laps and samples that begin together end within so much of each other: a recording is saved later than stopped."""
FEWEST_CHAINED = 3
MOST_CHAINED = 2000
"""Nobody presses so often; to look for chains takes the square of their number."""
FITTING, UNFITTING = 0.8, 0.4
"""Shares of the boundaries that fit, from which a chain is one, and up to which it is none."""
RUNS_ON_S = 0.9
STANDS_M = 3.0
SHORT_OF_ALL = 0.05
"""Chains that lack no more of the longest, as a share, are both over the whole recording."""
OVERLAPPING = 0.5
"""Share of the time in laps that lies in two of them, from which there are two chains."""


def mended_starts(start_s: FloatArray, elapsed_s: FloatArray, written_s: FloatArray) -> tuple[FloatArray, bool]:
    """Return lap starts in the order given, and whether any was mended by the times at which the laps were written."""
    if start_s.size < FEWEST_CHAINED:
        return start_s, False
    by_stamp_s = written_s - elapsed_s
    wrong = np.abs(by_stamp_s - start_s) > WRONG_S
    if not wrong.any():
        return start_s, False
    fits = np.abs(start_s[1:] - (start_s + elapsed_s)[:-1]) <= FITS_S
    stamps_fit = np.abs(by_stamp_s[1:] - written_s[:-1]) <= FITS_S
    if wrong.mean() > 0.5:
        if fits.mean() <= UNFITTING and stamps_fit.mean() >= FITTING:
            return by_stamp_s, True
        return start_s, False
    mended = start_s.copy()
    for i in np.flatnonzero(wrong[1:]) + 1:
        end_s = mended[i - 1] + elapsed_s[i - 1]
        own_end_s = start_s[i] + elapsed_s[i]
        if start_s[i] <= written_s[i] and not (i + 1 < start_s.size and abs(start_s[i + 1] - own_end_s) > WRONG_S):
            continue  # a pause between two laps looks the same, but then its end fits
        if abs(start_s[i] - end_s) > WRONG_S and abs(by_stamp_s[i] - end_s) <= FITS_S:
            mended[i] = by_stamp_s[i]
    return mended, bool((mended != start_s).any())


def by_the_samples(laps: Laps, first_s: float, last_s: float) -> tuple[Laps, str | None]:
    """Return the laps on the clock of the samples, where they are on that of another zone."""
    if not laps or not laps["start_s"].size:
        return laps, None
    start_s, end_s = float(np.min(laps["start_s"])), float(np.max(laps["end_s"]))
    by_s = QUARTER_S * np.round((first_s - start_s) / QUARTER_S)
    if by_s == 0.0 or abs(start_s + by_s - first_s) > WRONG_S or abs(end_s + by_s - last_s) > AT_THE_END_S:
        return laps, None
    where = "before" if by_s > 0.0 else "after"
    said = f"The laps lie {abs(by_s) / 60:.0f} minutes {where} the samples; they were moved."
    return {**laps, "start_s": laps["start_s"] + by_s, "end_s": laps["end_s"] + by_s}, said


def ended_with_timer(
    laps: Laps, pauses_s: FloatArray, time_s: FloatArray, distance_m: FloatArray | None
) -> tuple[Laps, str | None]:
    """Return the laps with the last one ended by its timer, where it runs on until the recording was saved."""
    if not laps or not laps["end_s"].size or "timer_s" not in laps:
        return laps, None
    last = int(np.argmax(laps["end_s"]))
    start_s, end_s, timer_s = (float(laps[name][last]) for name in ("start_s", "end_s", "timer_s"))
    if not timer_s > 0.0:
        return laps, None
    spans_s = np.clip(pauses_s.reshape(-1, 2), start_s, end_s)
    told_s = float((spans_s[:, 1] - spans_s[:, 0])[spans_s[:, 1] < end_s].sum())
    stopped_s = start_s + timer_s + told_s
    if end_s - stopped_s <= RUNS_ON_S or not _stands(time_s, distance_m, stopped_s):
        return laps, None
    ends_s = np.array(laps["end_s"], dtype=np.float64)
    ends_s[last] = stopped_s
    said = None
    if end_s - stopped_s > WRONG_S:
        said = f"The last lap runs on for {end_s - stopped_s:.0f} s after the watch was stopped; it ends with the stop."
    return {**laps, "end_s": ends_s}, said


def _stands(time_s: FloatArray, distance_m: FloatArray | None, from_s: float) -> bool:
    """Return whether nothing moves any more from an instant on."""
    after = time_s > from_s + FITS_S
    if not after.any():
        return True
    if distance_m is None:
        return False
    known = np.isfinite(distance_m)
    rest = distance_m[known & after]
    before = distance_m[known & ~after]
    if not rest.size:
        return not (after & ~known).sum() > FITS_S
    return bool(before.size) and float(rest.max() - before[-1]) <= STANDS_M


def one_chain(laps: Laps) -> tuple[Laps, str | None]:
    """Return the laps by hand where laps each kilometre are written beside them, both over the whole recording."""
    start_s, end_s = (np.asarray(laps[name], dtype=np.float64) for name in ("start_s", "end_s"))
    if not FEWEST_CHAINED < start_s.size <= MOST_CHAINED or (start_s[1:] >= end_s[:-1] - FITS_S).all():
        return laps, None
    if _overlapping(start_s, end_s) < OVERLAPPING:
        return laps, None
    trigger = laps.get("trigger", np.full(start_s.size, None, dtype=object))
    chains: list[list[int]] = []
    free = set(range(start_s.size))
    while free:
        chain = [min(free, key=lambda row: (start_s[row], row))]
        free.remove(chain[0])
        while follows := [row for row in free if abs(start_s[row] - end_s[chain[-1]]) <= FITS_S]:
            chain.append(min(follows, key=lambda row: (trigger[row] != trigger[chain[-1]], row)))
            free.remove(chain[-1])
        chains.append(chain)

    held_s = [float((end_s[chain] - start_s[chain]).sum()) for chain in chains]
    by_hand = [float(np.mean([trigger[row] == "distance" for row in chain])) < 0.5 for chain in chains]
    is_whole = [held >= (1.0 - SHORT_OF_ALL) * max(held_s) for held in held_s]
    best = max(range(len(chains)), key=lambda i: (by_hand[i], is_whole[i], len(chains[i]), held_s[i]))
    best_chain = sorted(chains[best])
    if _overlapping(start_s[best_chain], end_s[best_chain]) > 0.0 or len(best_chain) == start_s.size:
        return laps, None
    lost = start_s.size - len(best_chain)
    if all(len(chain) == 1 for i, chain in enumerate(chains) if i != best):
        said = f"Beside its laps the whole recording is written as one; {counted(lost, 'lap')} left out."
    else:
        said = (
            f"Laps by hand and laps each kilometre are both written; the {counted(lost, 'lap')} of the latter left out."
        )
    return {name: values[best_chain] for name, values in laps.items()}, said


def _overlapping(start_s: FloatArray, end_s: FloatArray) -> float:
    """Return the share of the time in laps that lies in more than one of them."""
    edges_s = distinct(np.concatenate([start_s, end_s]))
    middles_s, widths_s = 0.5 * (edges_s[1:] + edges_s[:-1]), np.diff(edges_s)
    # Begun less ended: a table of laps by instants would not fit into memory where there are many.
    known = np.isfinite(start_s) & np.isfinite(end_s)
    begun, ended = np.sort(start_s[known]), np.sort(np.maximum(start_s, end_s)[known])
    held = np.searchsorted(begun, middles_s, "right") - np.searchsorted(ended, middles_s, "right")
    total = float(widths_s[held > 0].sum())
    return float(widths_s[(held > 1) & (widths_s > FITS_S)].sum()) / total if total > 0.0 else 0.0
