"""`Corrections`: what the runner knows better than the recording tells, kept in a file beside it.

Conventions: a correction refers to instants of the recording, in seconds since its start to the tenth, never to the
numbers of reps, so that it means the same whatever another version finds. A span that names a rep meets it where the
two share more than half of their time together. They are values: frozen, in order, later ones seeing what earlier ones
did; `Corrections.apply` makes the corrected session of one found.

The file, ``run.fit.kastor.toml`` beside ``run.fit``, is meant to be read and written by people as well::

    start = 2026-05-12T16:40:00Z          # of the recording: corrections of another one are not applied

    [[correction]]
    do = "drop"                           # what the table of `KEYS` lists
    from = "32:10.0"                      # h:mm:ss.t since the start, or seconds
    to = "33:28.4"
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from .arguments import names_arguments
from .errors import CorrectionError
from .files.handwritten import parse_toml, said
from .files.reading import read_text

if TYPE_CHECKING:
    from .session import Session

ENDING = ".kastor.toml"
"""What the file of a recording's corrections is called, after the recording's own name."""

Verb = Literal["drop", "add", "split", "merge", "move", "call", "time", "distance", "plan", "note"]
VERBS: tuple[Verb, ...] = get_args(Verb)
Calling = Literal["rep", "stride", "warmup", "drills", "recovery", "cooldown", "other"]
CALLINGS: tuple[Calling, ...] = get_args(Calling)

KEYS: Mapping[Verb, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "drop": (("from", "to"), ()),
    "add": (("from", "to"), ()),
    "split": (("from",), ("to",)),
    "merge": (("from", "to"), ()),
    "move": (("from", "to"), ("start", "end")),
    "call": (("from", "to", "kind"), ()),
    "time": (("from", "to", "time_s"), ()),
    "distance": (("from", "to", "distance_m"), ()),
    "plan": (("text",), ()),
    "note": (("text",), ()),
}
"""Which keys each correction must have, and which it may. ``split`` with a ``to`` leaves a rest between; ``move`` has a
new ``start``, a new ``end`` or both."""

SAME_START_WITHIN_S = 2.0  # a file written anew may round its start
_MOST = 1000  # nobody corrects so much by hand
_LONGEST_S = 48 * 3600.0  # two days: no run is longer
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2}(?:\.\d+)?)\Z")
_ATTRIBUTE = {"from": "from_s", "to": "to_s", "start": "start_s", "end": "end_s"}


def instant_text(at_s: float) -> str:
    """Return an instant as ``32:10.0`` or ``1:02:10.4``: the clock of a report, to the tenth."""
    tenths = round(at_s * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    clock = f"{minutes:02d}" if hours else f"{minutes}"
    return (f"{hours}:" if hours else "") + f"{clock}:{rest // 10:02d}.{rest % 10}"


def parse_instant(text: object) -> float | None:
    """Return the seconds of ``32:10``, ``1:02:10.4``, ``1930s`` or a number; None for anything else."""
    if isinstance(text, bool):
        return None
    if isinstance(text, int | float):
        value = float(text)
    elif isinstance(text, str) and (match := _CLOCK.match(text.strip())):
        if float(match[3]) >= 60.0 or (match[1] and int(match[2]) >= 60):
            return None
        value = int(match[1] or 0) * 3600.0 + int(match[2]) * 60.0 + float(match[3])
    elif isinstance(text, str) and re.fullmatch(r"\d+(\.\d+)?\s*s", text.strip()):
        value = float(text.strip()[:-1])
    else:
        return None
    return round(value, 1) if isfinite(value) and 0.0 <= value <= _LONGEST_S else None


@names_arguments(CorrectionError)
@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One correction.

    Attributes
    ----------
    do : str
        One of `VERBS`.
    from_s, to_s : float or None
        The rep it refers to, as a span of the recording; what is added or called; the gap of a split.
    start_s, end_s : float or None
        Of ``move``: the edges as they should be; None for one that stays.
    kind : str or None
        Of ``call``: one of `CALLINGS`.
    time_s, distance_m : float or None
        Of ``time`` and ``distance``.
    text : str or None
        Of ``plan`` (a recipe, a file or a workout in words) and ``note``.

    Raises
    ------
    CorrectionError
        If something is missing, does not belong, or cannot be.

    Examples
    --------
    >>> str(Correction(do="drop", from_s=2610.1, to_s=2706.5))
    'drop 43:30.1-45:06.5'
    """

    do: Verb
    from_s: float | None = None
    to_s: float | None = None
    start_s: float | None = None
    end_s: float | None = None
    kind: Calling | None = None
    time_s: float | None = None
    distance_m: float | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        if self.do not in VERBS:
            raise CorrectionError(f"there is no correction {self.do!r}", hint=f"Those are {', '.join(VERBS)}")
        must, may = KEYS[self.do]
        given = [_key(f.name) for f in fields(self) if f.name != "do" and getattr(self, f.name) is not None]
        if missing := [key for key in must if key not in given]:
            raise CorrectionError(f"{self.do} needs {' and '.join(missing)}", hint=_needs(self.do))
        if self.do == "move" and not {"start", "end"} & set(given):
            raise CorrectionError("move needs a new start or a new end", hint=_needs(self.do))
        if foreign := [key for key in given if key not in (*must, *may)]:
            raise CorrectionError(f"{self.do} has no {' or '.join(foreign)}", hint=_needs(self.do))
        for name in _ATTRIBUTE.values():
            value = getattr(self, name)
            if value is None:
                continue
            if (at_s := parse_instant(value)) is None:
                raise CorrectionError(
                    f"{value!r} is no instant of a recording", hint="Write it as 32:10.5 or in seconds"
                )
            object.__setattr__(self, name, at_s)
        for first, last in ((self.from_s, self.to_s), (self.start_s, self.end_s)):
            if first is not None and last is not None and last <= first:
                raise CorrectionError(
                    f"{self.do} from {instant_text(first)} to {instant_text(last)} ends before it starts",
                    hint="Write the earlier instant first",
                )
        if self.kind is not None and self.kind not in CALLINGS:
            raise CorrectionError(f"nothing is called {self.kind!r}", hint=f"Choose of {', '.join(CALLINGS)}")
        for value, what, least, most in (
            (self.time_s, "time of a rep in seconds", 2.0, 6 * 3600.0),
            (self.distance_m, "distance of a rep in metres", 10.0, 100_000.0),
        ):
            if value is not None and not (
                isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
            ):
                raise CorrectionError(f"{value!r} is no {what}", hint=f"It lies from {least:g} to {most:g}")
        if self.text is not None and not (isinstance(self.text, str) and self.text.strip()):
            raise CorrectionError(f"the text of a {self.do} is empty", hint=_needs(self.do))

    def __str__(self) -> str:
        """Return it in words: ``drop 32:10.0-33:28.4``."""
        span = ""
        if self.from_s is not None:
            span = instant_text(self.from_s) + (f"-{instant_text(self.to_s)}" if self.to_s is not None else "")
        more = ""
        match self.do:
            case "move":
                edges = (("start", self.start_s), ("end", self.end_s))
                more = ", ".join(f"{name} to {instant_text(at)}" for name, at in edges if at is not None)
            case "call":
                more = f"{self.kind}"
            case "time":
                more = instant_text(self.time_s or 0.0)
            case "distance":
                more = f"{self.distance_m:g} m"
            case "plan" | "note":
                more = f"{self.text}"
        return " ".join(part for part in (self.do, span, more) if part)


@names_arguments(CorrectionError)
@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """Corrections of one recording, in the order in which they were made.

    Attributes
    ----------
    items : tuple of Correction
        The corrections.
    start_time : datetime or None
        When the recording starts, aware: with it, corrections of another recording are told.

    Examples
    --------
    >>> corrections = session.corrected(drop=[3], note="wind").corrections
    >>> len(corrections.items)
    2
    >>> print(corrections.items[1])
    note wind
    """

    items: tuple[Correction, ...] = ()
    start_time: datetime | None = field(default=None)

    def __post_init__(self) -> None:
        if len(self.items) > _MOST:
            raise CorrectionError(f"{len(self.items)} corrections are too many", hint=f"{_MOST} is the most")
        if self.start_time is not None:
            start_time = self.start_time.replace(tzinfo=self.start_time.tzinfo or UTC)
            object.__setattr__(self, "start_time", start_time.astimezone(UTC))

    def __bool__(self) -> bool:
        return bool(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Correction]:
        return iter(self.items)

    def __str__(self) -> str:
        """Return how many there are, as a report's head says it."""
        return f"{len(self) or 'no'} correction{'' if len(self) == 1 else 's'} by hand"

    def plus(self, *more: Correction) -> Corrections:
        """Return these and more.

        Returns
        -------
        Corrections
            These and those, in that order.

        Examples
        --------
        >>> one = session.corrected(drop=[3]).corrections
        >>> two = session.corrected(split=[5]).corrections
        >>> [correction.do for correction in one.plus(*two.items).items]
        ['drop', 'split']
        """
        return replace(self, items=(*self.items, *more))

    def undone(self) -> Corrections:
        """Return these less the last.

        Returns
        -------
        Corrections
            All but the last.

        Examples
        --------
        >>> session.corrected(drop=[3], split=[5]).corrections.undone().items[0].do
        'drop'
        """
        return replace(self, items=self.items[:-1])

    @property
    def plan(self) -> str | None:
        """The plan they name, the last one."""
        return next((c.text for c in reversed(self.items) if c.do == "plan"), None)

    @property
    def notes(self) -> tuple[str, ...]:
        """The runner's notes."""
        return tuple(c.text for c in self.items if c.do == "note" and c.text)

    def are_of(self, start_time: datetime) -> bool:
        """Return whether they can be of a recording that starts then.

        Returns
        -------
        bool
            True where they name no recording.

        Examples
        --------
        >>> session.corrected(drop=[3]).corrections.are_of(activity.start_time)
        True
        """
        return self.start_time is None or abs((self.start_time - start_time).total_seconds()) <= SAME_START_WITHIN_S

    def apply(self, session: Session) -> Session:
        """Return the session corrected; one that was corrected before is corrected anew from what was found.

        Corrections that meet nothing are told in its notes and kept in ``session.unmet``.

        Returns
        -------
        Session
            With boundaries whose source is ``hand``; `session` itself stays as it is.

        Examples
        --------
        >>> corrections = session.corrected(drop=[3]).corrections
        >>> len(corrections.apply(session).reps)
        15
        """
        if not self:
            return session.found or session
        from .correcting import apply

        return apply(session, self)

    # -- the file

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Corrections:
        """Read the file of a recording's corrections.

        Returns
        -------
        Corrections
            As they stand in the file.

        Raises
        ------
        CorrectionError
            If it cannot be read, or naming the correction that is wrong.

        Examples
        --------
        >>> session.corrected(drop=[3]).corrections.save("run.fit.kastor.toml")
        >>> len(Corrections.load("run.fit.kastor.toml").items)
        1
        """
        name = os.fspath(path)
        return cls.from_toml(read_text(path, error=CorrectionError, what="a file of corrections"), file=name)

    @classmethod
    def from_toml(cls, text: str, *, file: str = "corrections") -> Corrections:
        """Read corrections from the text of their file; `file` is the name errors give it.

        Returns
        -------
        Corrections
            As they stand in the text.

        Examples
        --------
        >>> text = session.corrected(drop=[3]).corrections.to_toml()
        >>> Corrections.from_toml(text) == session.corrected(drop=[3]).corrections
        True
        """
        hint = "`kastor correct` writes such a file"
        data = parse_toml(text, "the file of corrections", CorrectionError, file=file, hint=hint)
        if foreign := data.keys() - {"start", "correction"}:
            raise CorrectionError(
                f"the key {said(min(foreign))} is unknown", file=file, hint="The keys are start and [[correction]]"
            )
        start, tables = data.get("start"), data.get("correction", [])
        if start is not None and not isinstance(start, datetime):
            raise CorrectionError(
                f"{said(start)} is no start of a recording",
                file=file,
                where="key start",
                hint="As 2026-05-12T16:40:00Z",
            )
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise CorrectionError("corrections are written as [[correction]] tables", file=file, where="key correction")
        items = []
        for number, table in enumerate(tables, start=1):
            try:
                items.append(_from_table(table))
            except CorrectionError as error:
                error.where = f"correction {number}"
                raise error.in_file(file) from None
        return cls(items=tuple(items), start_time=start)

    def to_toml(self, *, recording: str = "the recording") -> str:
        """Return the text of their file.

        Returns
        -------
        str
            What `from_toml` reads; a file of its own.

        Examples
        --------
        >>> print(session.corrected(drop=[3]).corrections.to_toml())
        # Corrections by hand of the recording; times are h:mm:ss.t since its start.
        # Edit them here or with `kastor correct`; delete this file to undo them all.
        start = 2026-05-05T16:30:00Z
        <BLANKLINE>
        [[correction]]
        do = "drop"
        from = "25:36.0"
        to = "27:11.4"
        """
        lines = [
            f"# Corrections by hand of {' '.join(recording.split())}; times are h:mm:ss.t since its start.",
            "# Edit them here or with `kastor correct`; delete this file to undo them all.",
        ]
        if self.start_time is not None:
            lines.append(f"start = {self.start_time.isoformat().replace('+00:00', 'Z')}")
        for correction in self.items:
            lines += ["", "[[correction]]", f'do = "{correction.do}"']
            for f in fields(correction):
                value = getattr(correction, f.name)
                if f.name == "do" or value is None:
                    continue
                if f.name in _ATTRIBUTE.values():
                    value = instant_text(value)
                lines.append(f"{_key(f.name)} = {_toml(value)}")
        return "\n".join(lines) + "\n"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write their file, beside and renamed: a reader sees the old one or the new one.

        Raises
        ------
        WriteError
            If it cannot be written, or is no file of corrections.

        Examples
        --------
        >>> session.corrected(drop=[3]).corrections.save("run.fit.kastor.toml")
        """
        from .files.saving import Kind, Saver

        kind = Kind("a file of corrections", (".toml",), is_file_of_corrections, is_strict=True)
        Saver().save(path, self.to_toml(recording=Path(path).name.removesuffix(ENDING)), kind)


def is_file_of_corrections(content: bytes) -> bool:
    """Whether content is that of a file of corrections, also of one that was edited by hand."""
    return content.startswith(b"# Corrections by hand") or b"[[correction]]" in content


def side_file(source: str | os.PathLike[str]) -> Path:
    """Return where the corrections of a recording lie: ``run.fit.kastor.toml`` beside ``run.fit``."""
    return Path(os.fspath(source) + ENDING)


def found_beside(source: str | os.PathLike[str]) -> Corrections | None:
    """Return the corrections that lie beside a recording; None where there is no such file.

    Raises
    ------
    CorrectionError
        If there is one that cannot be read.
    """
    path = side_file(source)
    try:
        is_there = path.is_file()
    except (OSError, ValueError):
        is_there = False
    return Corrections.load(path) if is_there else None


def corrections_of(source: str | os.PathLike[str]) -> Corrections:
    """Return the corrections that lie beside a recording; empty where there is no such file."""
    return found_beside(source) or Corrections()


def _key(attribute: str) -> str:
    return next((key for key, name in _ATTRIBUTE.items() if name == attribute), attribute)


def _needs(do: Verb) -> str:
    must, may = KEYS[do]
    return f"{do} takes {', '.join(must)}" + (f" and, if need be, {', '.join(may)}" if may else "")


def _from_table(table: Mapping[str, Any]) -> Correction:
    known: Sequence[str] = ("do", *(_key(f.name) for f in fields(Correction)))
    if foreign := [key for key in table if key not in known]:
        raise CorrectionError(f"the key {said(foreign[0])} is unknown", hint=f"The keys are {', '.join(known[1:])}")
    if "do" not in table:
        raise CorrectionError("do is missing", hint=f"Say which: {', '.join(VERBS)}")
    if not isinstance(table["do"], str):
        raise CorrectionError(f"there is no correction {said(table['do'])}", hint=f"Those are {', '.join(VERBS)}")
    return Correction(**{_ATTRIBUTE.get(key, key): value for key, value in table.items()})


def _toml(value: object) -> str:
    # JSON's strings are TOML's basic strings but for one control character, and but for halves of characters.
    if isinstance(value, str):
        sound = value.encode("utf-8", "replace").decode("utf-8")
        return json.dumps(sound, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
