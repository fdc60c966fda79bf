"""`Explanation`: one reading of a whole recording, with how sure it is and what speaks for it.

Conventions: seconds on the elapsed clock. A recording has several readings, the likeliest first; "no session" is one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One reading of a recording.

    Attributes
    ----------
    number : int
        From 1, the likeliest first; ``segment(..., take=number)`` takes it.
    summary : str
        What was run: ``10 x 400 m``, ``no session``.
    sureness : float
        The probability that this is what was run, from 0 to 1; all that are listed sum to 1 at the most.
    reps_s : tuple of (float, float)
        Where its reps start and end, to the second; empty for no session.
    reasons : tuple of str
        What speaks for it, or against it, beside the others.
    is_taken : bool
        Whether the session was made of it.
    """

    number: int
    summary: str
    sureness: float
    reps_s: tuple[tuple[float, float], ...] = ()
    reasons: tuple[str, ...] = ()
    is_taken: bool = False

    def taken(self) -> Explanation:
        """Return the same, as the one that the session was made of."""
        return replace(self, is_taken=True)

    def __str__(self) -> str:
        return f"{self.number}. {self.summary} ({100.0 * self.sureness:.0f} %)"
