"""FIT: bytes of one or several chained files -> `RawRecording`, by NumPy.

`decode` is what `load` uses; `messages` gives any message of a file as a DataFrame.
"""

from __future__ import annotations

from ..raw import RawRecording
from .container import read_files
from .recording import no_samples, read_recordings

__all__ = ["decode"]


def decode(data: bytes, *, file: str | None = None, strict: bool = False) -> list[RawRecording]:
    """Return the recordings in the content of a FIT file, in order.

    Parameters
    ----------
    data : bytes
        The content: one FIT file, or several chained.
    file : str, optional
        Its name, for messages.
    strict : bool
        Refuse what a damaged file still holds, instead of salvaging it with warnings.

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
    recordings = [recording for part in files for recording in read_recordings(part)]
    if not recordings:
        raise no_samples(files, file)
    return recordings
