"""A progress bar on a terminal or in a notebook, and nothing elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bar:
    """What counts; says nothing unless it was given something to draw with."""

    def __init__(self, progress: Progress | None = None, task: TaskID | None = None, total: int = 0) -> None:
        self._progress, self._task, self._total = progress, task, total

    def advance(self) -> None:
        """Count one piece of work as done."""
        if self._progress is not None and self._task is not None:
            self._progress.advance(self._task)

    def grow(self, by: int) -> None:
        """Correct the total: a file was found to be that many pieces of work more (or less)."""
        if by and self._progress is not None and self._task is not None:
            self._total += by
            self._progress.update(self._task, total=self._total)


@contextmanager
def progress_bar(wanted: bool, label: str, total: int) -> Iterator[Bar]:
    """Show a bar while the block runs, where it is wanted and there is somebody to see it."""
    if wanted and total > 1:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        if console.is_terminal or console.is_jupyter:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            with Progress(*columns, console=console, transient=True) as progress:
                yield Bar(progress, progress.add_task(label, total=total), total)
            return
    yield Bar()
