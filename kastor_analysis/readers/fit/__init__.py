"""FIT: bytes of one or several chained files -> `RawRecording`, by NumPy.

`decode` is what `load` uses; `messages` gives any message of a file as a DataFrame, `message_counts` what there is.
"""

from __future__ import annotations

from collections import Counter
from os import PathLike
from typing import TYPE_CHECKING, BinaryIO

from ...errors import KastorError, ReadError
from ..limits import DEFAULT_LIMITS
from ..raw import RawRecording
from ..sources import Content
from .container import FitFile, read_files
from .parts import FitPart
from .recording import no_samples, read_recordings

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["decode", "message_counts", "messages"]

Source = str | PathLike[str] | bytes | BinaryIO


def decode(data: bytes, *, file: str | None = None, strict: bool = False) -> list[RawRecording]:
    """Return the recordings in the content of a FIT file, in order.

    With `strict` a damaged file is refused, instead of salvaged with warnings.

    Raises
    ------
    FitError
        If `data` is no FIT file or, with `strict`, is damaged; its `offset` is the byte.
    NoSamplesError
        If the file is no recording over time.
    LimitError
        If it holds more messages than any recording.
    """
    files = read_files(data, file=file, strict=strict)
    parts = [FitPart(part, files) for part in files]
    recordings = [recording for part in parts for recording in read_recordings(part)]
    if not recordings:
        raise no_samples(parts, file)
    return recordings


def message_counts(source: Source) -> dict[str, int]:
    """Return how many messages of each kind a FIT file holds, in order of their first appearance.

    Parameters
    ----------
    source : path, bytes or binary file
        A FIT file.
    """
    from .frames import message_name

    counts: Counter[str] = Counter()
    for part in _files(source):
        for global_num, groups in part.groups.items():
            counts[message_name(global_num)] += sum(len(group) for group in groups)
    return dict(counts)


def messages(source: Source, name: str) -> pd.DataFrame:
    """Return all messages of one kind in a FIT file as a DataFrame, one row a message.

    Parameters
    ----------
    source : path, bytes or binary file
        A FIT file; a damaged one is salvaged.
    name : str
        The message's name in the FIT profile (``"record"``, ``"hrv"``), or ``"unknown_233"`` for a number the
        profile does not name.

    Returns
    -------
    pandas.DataFrame
        A column a field: numbers scaled, NaN where invalid; enums as their names; instants as UTC datetimes;
        positions in degrees; an array of numbers as one NumPy array a row. ``frame.attrs["units"]`` maps columns to
        units, where they can be stated. Empty where the file holds no such message.

    Raises
    ------
    ReadError
        If no message of that name is known, or the file cannot be read.
    """
    import pandas as pd

    from .frames import message_columns, message_name, message_number

    number = message_number(name)
    parts = _files(source)
    if number is None:
        held = sorted({message_name(found) for part in parts for found in part.groups})
        raise ReadError(f"no FIT message is called {name!r}", hint=f"This file holds {', '.join(held)}")
    frames: list[pd.DataFrame] = []
    units: dict[str, str] = {}
    for part in parts:
        columns, told = message_columns(part, number)
        if columns:
            frames.append(pd.DataFrame(columns))
            units |= told
    frame = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0] if frames else pd.DataFrame()
    for column in frame.select_dtypes("datetime").columns:
        if column != "local_timestamp":
            frame[column] = frame[column].dt.tz_localize("UTC")
    frame.attrs["units"] = units
    return frame


def _files(source: Source) -> list[FitFile]:
    content = Content(source, DEFAULT_LIMITS)
    try:
        return read_files(content.data, file=None if content.name == "bytes" else content.name)
    except KastorError as error:
        raise error.in_file(content.name) from error.__cause__
