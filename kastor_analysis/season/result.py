"""`AddResult`: what a call of `Season.add` or `Season.refresh` did, recording by recording."""

from __future__ import annotations

from dataclasses import dataclass

from ..words import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class AddItem:
    """What became of one recording.

    Attributes
    ----------
    path, entry : str
        The file, and the name within it where it is an archive.
    activity_id : int or None
        Its number in the season.
    outcome : str
        ``added``, ``already``, ``no session`` (kept as a run), ``no recording`` (left out) or ``failed``.
    reason : str or None
        Why, where that needs saying.
    """

    path: str
    entry: str = ""
    activity_id: int | None = None
    outcome: str
    reason: str | None = None

    @property
    def name(self) -> str:
        """File and entry as one name."""
        return f"{self.path}/{self.entry}" if self.entry else self.path


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AddResult:
    """What `Season.add` or `Season.refresh` did, recording by recording."""

    items: tuple[AddItem, ...] = ()

    @property
    def added(self) -> tuple[AddItem, ...]:
        """Sessions that are new (or, of a refresh, were analysed again)."""
        return self._of("added")

    @property
    def already_there(self) -> tuple[AddItem, ...]:
        """Recordings the season had, by content or as the same run in another file."""
        return self._of("already")

    @property
    def not_sessions(self) -> tuple[AddItem, ...]:
        """Runs without reps: kept for the week's 80/20."""
        return self._of("no session")

    @property
    def failed(self) -> tuple[AddItem, ...]:
        """Recordings that could not be read or analysed; `reason` says why."""
        return self._of("failed")

    @property
    def not_recordings(self) -> tuple[AddItem, ...]:
        """Sound files of another kind in a folder or archive (routes, workouts, settings): left out."""
        return self._of("no recording")

    def _of(self, outcome: str) -> tuple[AddItem, ...]:
        return tuple(item for item in self.items if item.outcome == outcome)

    def __repr__(self) -> str:
        return f"<AddResult: {self}>"

    def __str__(self) -> str:
        sessions, runs, others = len(self.added), len(self.not_sessions), len(self.not_recordings)
        left_out = f", {counted(others, 'other file')} left out" if others else ""
        return (
            f"{counted(sessions, 'session')} added, {len(self.already_there)} already there, "
            f"{counted(runs, 'run')} without reps kept, {len(self.failed)} failed{left_out}"
        )
