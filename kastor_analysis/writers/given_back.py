"""`given_back`: a recording with the segments of a session as its laps, in its own format where that has laps.

Conventions: a FIT or TCX recording stays what it is but for its laps; any other format asked for is written anew from
what was read, and holds no more than that.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..activity import Activity, Source
from ..errors import ReadError, WriteError
from ..files.saving import Kind, Saver
from ..readers.loading import content_of
from ..session import Session
from .fit import to_fit
from .fit_laps import APPLICATION, fit_with_laps
from .laps import laps_of
from .tcx import to_tcx
from .tcx_laps import tcx_with_laps

ENDINGS = (".fit", ".tcx")
RECORDING = Kind(
    "a recording with laps",
    ENDINGS,
    lambda content: (
        APPLICATION in content or (b"TrainingCenterDatabase" in content and b"<Notes>rep</Notes>" in content)
    ),
    is_strict=True,
)


def given_back(session: Session, ending: str = "", *, source: Source | None = None) -> bytes:
    """Return the recording with other laps; see `Session.with_laps`."""
    activity = session.activity
    ending = ending.lower() or (".fit" if activity.format == "fit" else ".tcx")
    if ending not in ENDINGS:
        what = "GPX has no laps" if ending == ".gpx" else f"{ending} is no format with laps"
        raise WriteError(what, hint="Write it as TCX (-o run-laps.tcx) or as FIT (-o run-laps.fit)")
    if ending == f".{activity.format}":
        data = content_of(_source_of(activity) if source is None else source)
    else:
        data = to_fit(activity) if ending == ".fit" else to_tcx(activity)
    write = fit_with_laps if ending == ".fit" else tcx_with_laps
    return write(data, laps_of(session), activity, file=activity.source)


def write_laps(
    session: Session, path: str | os.PathLike[str], *, source: Source | None = None, force: bool = False
) -> None:
    """Write the recording with other laps; see `Session.write_laps`."""
    original = session.activity.source
    path = Path(path)
    saver = Saver([original] if os.path.exists(original) else [], force=force)
    ending = path.suffix.lower()
    if ending in ENDINGS:
        saver.check(path, RECORDING)
    saver.save(path, given_back(session, ending or ".?", source=source), RECORDING)


def _source_of(activity: Activity) -> str:
    if not os.path.exists(activity.source):
        raise ReadError(
            "is not there to be copied",
            file=activity.source,
            hint='Name the recording: write_laps(path, source="run.fit")',
        )
    return activity.source
