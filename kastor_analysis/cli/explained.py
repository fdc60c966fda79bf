"""``analyze --explain``: the readings of a recording, how sure each is, and what speaks for it."""

from __future__ import annotations

from ..session import Session
from ..words.escapes import shown
from .running import tell


def tell_explained(session: Session) -> None:
    """Print the readings, the likeliest first."""
    tell(shown(str(session.activity.source)))
    for reading in session.explanations:
        mark = ">" if reading.is_taken else " "
        tell(f"\n{mark} {reading.number}. {reading.summary}, {_sure(reading.sureness)}")
        if reading.reps_s:
            tell(f"     from {_clock(reading.reps_s[0][0])} to {_clock(reading.reps_s[-1][1])}")
        for reason in reading.reasons:
            tell(f"     {reason}")
    tell("\nSeconds from the start of the recording; --take N analyses it as reading N.")


def _sure(sureness: float) -> str:
    if sureness < 0.005:
        return "hardly"
    return f"{100.0 * min(sureness, 0.99):.0f} % sure"


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
