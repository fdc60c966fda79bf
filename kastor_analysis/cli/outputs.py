"""The files that ``analyze`` writes beside what it prints: pages, pictures, a table of reps.

Conventions: with one recording ``--html`` and ``--plot`` name a file; with several a folder, into which each recording
puts one of its own name, and ``--html`` an ``index.html`` that lists them. What was written is said, and only then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .running import PICTURES, check_picture, say

if TYPE_CHECKING:
    from ..lengths import Units
    from ..report import Report

INDEX = "index.html"
_PAGES = (".html", ".htm")


class Outputs:
    """Where the reports of one command go.

    Parameters
    ----------
    html, plot, csv : str or None
        As the options of the same names.
    units : {"km", "mi"}
        Of distances and paces.
    several : bool
        Whether there are several recordings.

    Raises
    ------
    click.UsageError
        If a file is named where a folder is needed, or a picture that cannot be drawn.
    """

    def __init__(self, *, html: str | None, plot: str | None, csv: str | None, units: Units, several: bool) -> None:
        self._html = Path(html) if html else None
        self._plot = Path(plot) if plot else None
        self._csv = Path(csv) if csv else None
        self._units: Units = units
        self._several = several
        self._stems: list[str] = []
        if not several:
            check_picture(plot, "--plot")
            return
        for option, path, endings in (("--html", self._html, _PAGES), ("--plot", self._plot, PICTURES)):
            if path is not None and path.suffix.lower() in endings:
                raise click.UsageError(f"with several recordings {option} names a folder: {option} {path.stem}")

    def write(self, report: Report) -> list[Path]:
        """Write the page and the picture of one report; return what was written."""
        stem = self._next_stem(report)
        written = []
        if self._html:
            page = self._place(self._html, f"{stem}.html")
            page.write_text(report.to_html(units=self._units), encoding="utf-8")
            written.append(page)
        if self._plot:
            picture = self._place(self._plot, f"{stem}.png")
            report.plot(units=self._units).savefig(picture)
            written.append(picture)
        return written

    def finish(self, reports: Sequence[Report]) -> None:
        """Write what speaks of all reports together: the table of reps, and the list of pages."""
        if not reports:
            return
        if self._csv:
            from ..render.plain import reps_csv

            self._csv.write_text(reps_csv(reports), encoding="utf-8", newline="")
            say(f"written: {self._csv}")
        if self._html and self._several:
            from ..render.overview import overview_page

            index = self._html / INDEX
            pages = [f"{stem}.html" for stem in self._stems]
            index.write_text(overview_page(reports, pages, units=self._units), encoding="utf-8")
            say(f"written: {index} and a page of each recording")
        if self._plot and self._several:
            say(f"written: {self._plot}, a picture of each recording")

    def _place(self, path: Path, name: str) -> Path:
        if not self._several:
            return path
        path.mkdir(parents=True, exist_ok=True)
        return path / name

    def _next_stem(self, report: Report) -> str:
        """Return the name of a recording as one of a file, different from all before it."""
        from ..render.units import file_name

        name = file_name(report.session.activity.source)
        stem = re.sub(r"(\.(fit|gpx|tcx))?(\.(gz|zip))?\Z", "", name, flags=re.IGNORECASE)
        self._stems.append(unique_stem(stem, [*self._stems, Path(INDEX).stem]))
        return self._stems[-1]


def unique_stem(text: str, taken: Iterable[str]) -> str:
    """Return text as the name of a file, without its ending, that is none of those taken."""
    stem = re.sub(r"[^\w.-]+", "-", text).strip(".-") or "recording"
    known = {other.casefold() for other in taken}
    unique, number = stem, 1
    while unique.casefold() in known:
        number += 1
        unique = f"{stem}-{number}"
    return unique
