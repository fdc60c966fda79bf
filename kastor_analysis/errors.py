"""Every error raised on purpose, as one family.

A message names the file, what is wrong, where, and what to do next, in words a runner understands; it is one
line, so that a terminal can print it as it is. Nothing else than a `KastorError` may leave the package on bad input.

::

    error                           what                                        where            what next
    KastorError                     anything refused on purpose                 `file`, `where`  `hint`
    +-- ReadError                   a recording cannot be read                  byte, entry      copy it again
    |   +-- UnsupportedFormatError  is none of FIT, GPX, TCX                    file             export it as one
    |   +-- LimitError              is larger than anything sound               byte, entry      limits= for more
    |   +-- FitError                a FIT file is damaged                       byte (`offset`)  copy it from the watch
    |   +-- XmlError                GPX or TCX is no well-formed XML            line             export it again
    |   +-- NoSamplesError          holds no recording over time                file             export the activity
    |   +-- MultipleRecordingsError holds several recordings (`parts`)          file             part=N, or join(file)
    +-- GoalError                   a goal cannot be understood, or be run      `column`         how one is written
    +-- PlanError                   a plan or a recipe is not valid             key              what may stand there
    |   +-- NotationError           a plan written out cannot be read           `column`         both ways to read it
    +-- AthleteError                no such runner, or a file that is not valid key              names that are known
    +-- SegmentError                there is nothing that reps can be found in  argument         what is to be given
    |   +-- CorrectionError         a correction meets nothing or is not valid  correction       what it needs
    +-- SeasonError                 a season's database cannot be used          file, day, name  mend, or name another
    +-- WriteError                  a file cannot be written                    file             name another
        +-- ProtectedError          what is there must stay                     file             name another

On the command line each ends with the exit code that the table in `cli.running` gives it.
"""

from __future__ import annotations

from collections.abc import Sequence

from .words.escapes import shown


class KastorError(Exception):
    """Anything the package refuses on purpose.

    Parameters
    ----------
    what : str
        What is wrong, as a sentence without its full stop.
    file : str, optional
        The file (or entry of an archive) it happened in.
    where : str, optional
        The place inside: ``"byte 1234"``, ``"line 7"``, ``"key reps"``.
    hint : str, optional
        What to do next.

    Examples
    --------
    >>> try:
    ...     load("nowhere.fit")
    ... except KastorError as error:
    ...     print(error)
    nowhere.fit: there is no such file. Check the name and the folder
    """

    def __init__(
        self, what: str, *, file: str | None = None, where: str | None = None, hint: str | None = None
    ) -> None:
        self.what = what
        self.file = file
        self.where = where
        self.hint = hint
        super().__init__(what)

    def __str__(self) -> str:
        text = f"{self.file}: {self.what}" if self.file else self.what
        if self.where:
            text += f" (at {self.where})"
        if self.hint:
            text += f". {self.hint}"
        return shown(" ".join(text.split()))

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process boundaries when a folder is analysed in parallel.
        return (_rebuild, (type(self), self.what, self.__dict__.copy()))

    def in_file(self, file: str) -> KastorError:
        """Return this error, naming `file` where no file was named before."""
        if self.file is None:
            self.file = file
        return self


def _pointed(text: str, column: int) -> str:
    """Return a line of text, and below it a caret at a place."""
    return f"  {shown(text)}\n  {' ' * column}^"


def _rebuild(kind: type[KastorError], what: str, state: dict[str, object]) -> KastorError:
    error = kind.__new__(kind)
    Exception.__init__(error, what)
    error.__dict__.update(state)
    return error


class ReadError(KastorError):
    """A recording cannot be read.

    Examples
    --------
    >>> load("nowhere.fit")
    Traceback (most recent call last):
        ...
    kastor_analysis.errors.ReadError: nowhere.fit: there is no such file. Check the name and the folder
    """


class UnsupportedFormatError(ReadError):
    """The content is none of FIT, GPX, TCX or an archive of them.

    Examples
    --------
    >>> load(b"hello")
    Traceback (most recent call last):
        ...
    kastor_analysis.errors.UnsupportedFormatError: bytes: is a text file, not a FIT, GPX or TCX recording. ...
    """


class LimitError(ReadError):
    """The content exceeds a limit that protects the reader (size, nesting, points).

    Examples
    --------
    >>> load(b"<gpx>" + b"<a>" * 300)
    Traceback (most recent call last):
        ...
    kastor_analysis.errors.LimitError: bytes: nests elements more than 64 deep
    """


class FitError(ReadError):
    """A FIT file is damaged; `offset` is the byte at which it was noticed.

    Parameters
    ----------
    what : str
        What is wrong.
    offset : int, optional
        Byte offset from the start of the content.
    file, hint : str, optional
        As in `KastorError`.

    Examples
    --------
    >>> load(open("run.fit", "rb").read()[:5000], strict=True)
    Traceback (most recent call last):
        ...
    kastor_analysis.errors.FitError: bytes: cut off: 5000 bytes of 117287 (at byte 5000)
    """

    def __init__(
        self, what: str, *, offset: int | None = None, file: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(what, file=file, where=None if offset is None else f"byte {offset}", hint=hint)
        self.offset = offset


class XmlError(ReadError):
    """A GPX or TCX file is not well-formed, or holds what is refused (DTD, entities).

    Examples
    --------
    >>> load(b"<gpx><trk>", strict=True)
    Traceback (most recent call last):
        ...
    kastor_analysis.errors.XmlError: bytes: is not well-formed XML: no element found (at line 1, column 11)
    """


class NoSamplesError(ReadError):
    """The file is sound but holds no recording over time (a route, a workout, settings).

    Examples
    --------
    >>> load(b"<gpx></gpx>")
    Traceback (most recent call last):
        ...
    kastor_analysis.errors.NoSamplesError: bytes: holds no track. Export the activity itself, with its times
    """


class MultipleRecordingsError(ReadError):
    """The file holds several recordings; `parts` names them, ``part=`` chooses one and `join` makes them one.

    Parameters
    ----------
    parts : sequence of str
        A description of each, in order.
    file : str, optional
        The file.

    Examples
    --------
    >>> two = open("run.fit", "rb").read() + open("runs/2026-03-03.fit", "rb").read()
    >>> try:
    ...     load(two)
    ... except MultipleRecordingsError as error:
    ...     print(len(error.parts))
    2
    >>> load(two, part=1).duration_s
    4810.0485
    """

    def __init__(self, parts: Sequence[str], *, file: str | None = None) -> None:
        listed = "; ".join(f"{i}: {p}" for i, p in enumerate(parts))
        super().__init__(
            f"holds {len(parts)} recordings ({listed})",
            file=file,
            hint="Choose one with part=N (--part N), or join them where they are parts of one session: "
            "join(file) (--join)",
        )
        self.parts: tuple[str, ...] = tuple(parts)


class GoalError(KastorError):
    """A goal cannot be understood, or no human runs it.

    Parameters
    ----------
    what : str
        What is wrong.
    text : str, optional
        The goal as it was written, on one line.
    column : int, optional
        The place in it, from 0: the message shows it with a caret below.
    hint : str, optional
        What would be right.

    Examples
    --------
    >>> Goal.parse("5k fast")
    Traceback (most recent call last):
        ...
    kastor_analysis.errors.GoalError: the goal '5k fast' cannot be understood: 'fast' is no time. Write it as ...
      5k fast
         ^
    """

    def __init__(
        self, what: str, *, text: str | None = None, column: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__(what, hint=hint)
        self.text = text
        self.column = column

    def __str__(self) -> str:
        said = super().__str__()
        return said if self.text is None or self.column is None else f"{said}\n{_pointed(self.text, self.column)}"


class PlanError(KastorError):
    """A plan or recipe is not valid; `where` names the key.

    Examples
    --------
    >>> Plan(reps=0)
    Traceback (most recent call last):
        ...
    kastor_analysis.errors.PlanError: reps must be a whole number from 1 to 2000, not 0 (at key reps)
    """


class NotationError(PlanError):
    """A plan written as text cannot be read; the message shows the place with a caret below it.

    Parameters
    ----------
    what : str
        What is wrong there.
    text : str
        The plan as it was written, on one line.
    column : int
        The place, from 0.
    hint : str, optional
        What would be right.

    Examples
    --------
    >>> Plan.parse("8x400 r6O")
    Traceback (most recent call last):
        ...
    kastor_analysis.errors.NotationError: '6O' is no rest. A rest is written r60s, r2:00, r200m, r1:1, r=rep, ...
      8x400 r6O
             ^
    """

    def __init__(self, what: str, *, text: str, column: int, hint: str | None = None) -> None:
        super().__init__(what, hint=hint)
        self.text = text
        self.column = column

    def __str__(self) -> str:
        return f"{super().__str__()}\n{_pointed(self.text, self.column)}"


class AthleteError(KastorError):
    """A file of athletes is not valid, or has no such runner; `where` names the key.

    Examples
    --------
    >>> Athlete(name="")
    Traceback (most recent call last):
        ...
    kastor_analysis.errors.AthleteError: the athlete's name is empty. Name a runner, or leave the athlete out
    """


class SegmentError(KastorError):
    """An activity cannot be segmented at all (nothing in it tells of motion).

    Examples
    --------
    >>> segment("run.fit")
    Traceback (most recent call last):
        ...
    kastor_analysis.errors.SegmentError: 'run.fit' is no activity. Load it first: segment(load("run.fit"))
    """


class CorrectionError(SegmentError):
    """A correction by hand, or a file of them, is not valid; `where` names the correction.

    Examples
    --------
    >>> session.corrected(drop=[99])
    Traceback (most recent call last):
        ...
    kastor_analysis.errors.CorrectionError: there is no rep 99 to correct. 16 reps were found
    """


class SeasonError(KastorError):
    """A season's database cannot be used.

    Examples
    --------
    >>> season.session(99)
    Traceback (most recent call last):
        ...
    kastor_analysis.errors.SeasonError: season.db: has no session 99
    """


class WriteError(KastorError):
    """A file cannot be written.

    Examples
    --------
    >>> session.write_laps("run.gpx")
    Traceback (most recent call last):
        ...
    kastor_analysis.errors.WriteError: GPX has no laps. Write it as TCX (-o run-laps.tcx) or as FIT (-o run-laps.fit)
    """


class ProtectedError(WriteError):
    """A file must not be written: what is there is no output (an input, a recording, a season), or is named as none."""


def at_rest(error: KastorError) -> KastorError:
    """Return an error that is kept, not raised: without the frames it came through, which hold what was read."""
    one: BaseException | None = error
    while one is not None:
        one.__traceback__ = None
        one = one.__cause__ or one.__context__
    return error
