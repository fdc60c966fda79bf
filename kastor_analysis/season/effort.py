"""`Effort`: how long and how far a run went at which speed and heart rate, so that it can be parted by any threshold.

A runner's threshold is known once the season is; the samples are gone by then. What is kept is a few hundred bytes: the
moving time and distance in steps of 0.1 m/s and 4 bpm. Conventions: a rep counts at its own speed, what lies between
the reps by itself; the rest of the running where there is a heart rate by that and by speed, elsewhere by speed alone.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

SPEED_EDGES_MPS: Final = np.append(np.arange(8, 71) / 10.0, 20.0)
HEART_EDGES_BPM: Final = np.append(np.arange(60.0, 221.0, 4.0), 260.0)
_N_SPEEDS, _N_HEARTS = SPEED_EDGES_MPS.size - 1, HEART_EDGES_BPM.size - 1
PARTS: Final = {
    "reps": _N_SPEEDS,
    "heart": _N_HEARTS,
    "speed_of_heart": _N_SPEEDS,
    "speed": _N_SPEEDS,
    "between": 1,
    "unknown": 1,
}
"""What it is made of, and in how many steps: reps by their speed; running with a heart rate, by that and once more by
its speed; running without one by its speed; what lies between the reps; what nothing is known of."""
_WIDTH: Final = sum(PARTS.values())


@dataclass(frozen=True, slots=True)
class Efforts:
    """Those of several runs.

    Attributes
    ----------
    time_s, distance_m : ndarray, shape (runs, steps)
        All parts beside each other.
    """

    time_s: FloatArray
    distance_m: FloatArray

    def part(self, name: str) -> tuple[FloatArray, FloatArray]:
        """Return time and distance of one of `PARTS`, a row a run."""
        start = 0
        for part, steps in PARTS.items():
            if part == name:
                break
            start += steps
        return self.time_s[:, start : start + steps], self.distance_m[:, start : start + steps]


def effort_text(parts: dict[str, tuple[FloatArray, FloatArray, FloatArray]]) -> str:
    """Return an effort as it is kept.

    Parameters
    ----------
    parts : dict of str to three ndarray, shape (n,)
        Of each of `PARTS` that there is what it is stepped by (nothing, of those of one step), seconds, metres.
    """
    rows = np.zeros((2, _WIDTH), dtype="<f4")
    start = 0
    for name, steps in PARTS.items():
        by, *amounts = parts.get(name, (np.empty(0),) * 3)
        edges = HEART_EDGES_BPM if name == "heart" else SPEED_EDGES_MPS
        places = np.searchsorted(edges, by, side="right") - 1 if steps > 1 else np.zeros(amounts[0].size)
        places = np.clip(places, 0, steps - 1).astype(np.int64)
        for row, amount in zip(rows, amounts, strict=True):
            row[start : start + steps] = np.bincount(places, weights=amount, minlength=steps)
        start += steps
    return base64.b64encode(zlib.compress(rows.tobytes())).decode()


def efforts_of(texts: Sequence[str]) -> Efforts:
    """Return efforts as they are kept.

    Raises
    ------
    ValueError
        If one is none.
    """
    try:
        raw = b"".join(zlib.decompress(base64.b64decode(text)) for text in texts)
    except zlib.error as error:
        raise ValueError("an effort that cannot be unpacked") from error
    table = np.frombuffer(raw, dtype="<f4").reshape(len(texts), 2, _WIDTH).astype(np.float64)
    if not (table.min(initial=0.0) >= 0.0 and table.max(initial=0.0) < 1e8):
        raise ValueError("an effort that cannot be")
    return Efforts(table[:, 0], table[:, 1])


def beyond(edges: FloatArray, limits: FloatArray) -> FloatArray:
    """Return which share of each step lies beyond each limit, shape (limits, steps)."""
    share: FloatArray = np.clip((edges[1:] - limits[:, None]) / np.diff(edges), 0.0, 1.0)
    return share
