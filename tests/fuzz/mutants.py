"""Damaged files of every kind the package reads, made from sound ones by a seed, and what comes of reading each.

Conventions: a mutant is its kind and its number, and nothing else, so that whatever fails can be made again alone. Fair
ends are a value or a `KastorError`; anything else is foreign, and what takes longer than `LATE_S` hangs.
"""

from __future__ import annotations

import random
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import kastor_analysis as ka
from kastor_analysis.athlete import load_athletes
from kastor_analysis.corrections import Corrections
from kastor_analysis.plans.recipes import parse_recipe
from kastor_analysis.scorer.hand_times import read_splits

from .bases import bases

LATE_S = 5
"""Of this process's own time: a machine that is busy with something else makes nothing hang."""
WAITING_S = 900
"""By the clock on the wall, after which a mutant waits for what never comes: a process that yields to all others is
left alone for minutes."""
MOST_MIB = 400
WEIGHTS = {"fit": 230, "gpx": 190, "tcx": 170, "gz": 130, "zip": 130, "plan": 80, "hand": 60, "session": 7, "season": 3}
"""How many of a thousand mutants are of each kind: to open a season, or to analyse a session, takes as long as to read
fifty recordings."""

_SLIPS = (0, 2, 3, 4, 5, 8, 9, 9, 9, 9)

_TOKENS: dict[str, tuple[bytes, ...]] = {
    "fit": (
        b"\x40\0\0\x14\0\x01\xfd\x04\x86",
        b"\x0e\x10",
        b".FIT",
        b"\xff\xff\xff\xff",
        b"\0\0\0\0",
        b"\x7f\xff\xff\xff",
    ),
    "gpx": (
        b"<trkpt lat='1' lon='2'>",
        b"</trkpt>",
        b"<trkseg>",
        b"<trk>",
        b"</trk>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"<?x ",
        b"&",
        b"<",
        b">",
        b"1e308",
        b"nan",
        b"-1",
        b"9999-12-31T23:59:59Z",
        b"<!DOCTYPE a>",
        b"\0",
        b"\xff\xfe",
        b'encoding="gbk"',
        b'encoding="hex"',
        b"\xef\xbb\xbf",
        b"<time>",
        b"<speed>1e300</speed>",
    ),
    "tcx": (
        b"<Trackpoint>",
        b"</Trackpoint>",
        b"<Lap StartTime='x'>",
        b"</Lap>",
        b"<Track>",
        b"<Activity>",
        b"<!--",
        b"-->",
        b"<DistanceMeters>1e308</DistanceMeters>",
        b"<TotalTimeSeconds>-1e308</TotalTimeSeconds>",
        b"<",
        b"&",
        b"\0",
    ),
    "gz": (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", b"\0\0\xff\xff", b"\x03\0", b"\0" * 8),
    "zip": (
        b"PK\x03\x04",
        b"PK\x01\x02",
        b"PK\x05\x06",
        b"PK\x06\x06",
        b"PK\x06\x07",
        b"\xff\xff\xff\xff",
        b"\0\0",
        b"\x0e\0",
    ),
    "plan": (
        b"inf",
        b"nan",
        b"-1",
        b"[[set]]",
        b"[",
        b"]",
        b"=",
        b'"',
        b"1e999",
        b"0",
        b"9" * 40,
        b"reps = 8",
        b"\n",
        b"'",
        b"hammer = [1]",
        b"[rules]",
        b"true",
        b"2024-01-01",
        b"\0",
        b"\xff",
        b"{",
        b"}",
    ),
    "hand": (
        b"inf",
        b"nan",
        b"-1",
        b"1e999",
        b"9" * 400,
        b"[[correction]]",
        b'do = "drop"\n',
        b"from = 0\n",
        b"{}",
        b"[",
        b"=",
        b":",
        b",",
        b";",
        b"(",
        b"x",
        b"r",
        b"0",
        b"\n",
        b'"',
        "\u0663\u00b2".encode(),
        b"\xff",
        b"\0",
        b"true",
    ),
    "season": (b"\0\0", b"\xff\xff\xff\xff", b"NULL", b"CREATE TABLE", b"\x0d", b"\x05", b"\x7f"),
}


@dataclass
class Summary:
    """What came of mutants: how many of each kind, their ends, and what should not have been."""

    number: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    foreign: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    hangs: list[str] = field(default_factory=list)

    @property
    def peak_mib(self) -> float:
        """The most memory this process held so far."""
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1 << 20)

    def __str__(self) -> str:
        kinds = ", ".join(f"{n:,} {kind}" for kind, n in self.number.items())
        return (
            f"{sum(self.number.values()):,} mutants ({kinds}): {len(self.foreign)} foreign exceptions, "
            f"{len(self.hangs)} over {LATE_S} s (slowest {self.slowest_s:.2f} s), at most {self.peak_mib:.0f} MiB; "
            f"{sum(self.read.values()) / max(sum(self.number.values()), 1):.0%} could be read"
        )


class _Late(BaseException):
    """No end in time."""


def mutant(sound: bytes, tokens: tuple[bytes, ...], chance: random.Random, *, by_hand: bool = False) -> bytes:
    """Return a file with one to five damages; one or two, most of them slips of a key, where it was written by hand."""
    data = bytearray(sound)
    span = min(600, len(data) // 4 + 4)
    for _ in range(chance.randint(1, 2 if by_hand else 5)):
        at = chance.randrange(len(data) + 1)
        match chance.choice(_SLIPS) if by_hand else chance.randrange(9):
            case 0 | 1 if data:
                data[at % len(data)] ^= 1 << chance.randrange(8)
            case 2 if data:
                data[at % len(data)] = chance.choice((0, 1, 0x7F, 0x80, 0xFE, 0xFF, chance.randrange(256)))
            case 3:
                del data[at : at + chance.randrange(1, span)]
            case 4:
                data[at:at] = chance.choice(tokens) * chance.choice((1, 1, 1, 2, 50))
            case 5:
                start = chance.randrange(len(data) + 1)
                data[at:at] = data[start : start + chance.randrange(1, span)] * chance.choice((1, 1, 3))
            case 6:
                data[at : at + chance.randrange(1, span)] = bytes((chance.choice((0, 0xFF)),)) * chance.randrange(
                    1, span
                )
            case 7 if chance.random() < 0.3:
                del data[at:]
            case 9:
                data[at : at + 1] = chance.choice((b"", b"0", b"7", b"99", b".", b"-", b":", b" ", b"e", b"x"))
            case _:
                data[at : at + 4] = chance.randbytes(4)
    return bytes(data)


def numbered(count: int, first: int = 0) -> Iterator[tuple[str, int]]:
    """Yield the kind and number of each mutant."""
    kinds = list(WEIGHTS)
    for number in range(first, first + count):
        (kind,) = random.Random(f"kind {number}").choices(kinds, list(WEIGHTS.values()))
        yield kind, number


def made(kind: str, number: int, season: bytes) -> bytes:
    """Return a mutant."""
    chance = random.Random(f"{kind} {number}")
    if kind == "season":
        return mutant(season, _TOKENS[kind], chance)
    known = bases(kind)
    sound = known[int(len(known) * chance.random() ** 1.5)]
    tokens = _TOKENS[kind] if kind != "session" else _TOKENS["tcx" if sound.startswith(b"<") else "fit"]
    return mutant(sound, tokens, chance, by_hand=kind in ("plan", "hand"))


def read_recording(data: bytes, folder: Path) -> None:
    """Read one recording, or all there are: both of an archive."""
    if len(data) % 4 == 0 or data[:2] in (b"PK", b"\x1f\x8b"):
        list(ka.load_all(data))
    ka.load(data, strict=len(data) % 7 == 0)


def read_plan(data: bytes, folder: Path) -> None:
    """Read a plan and expand it."""
    path = folder / "plan.toml"
    path.write_bytes(data)
    plan = ka.Plan.load(path)
    list(plan.steps)
    str(plan)
    parse_recipe(data.decode("utf-8", "replace"))


def read_season(data: bytes, folder: Path) -> None:
    """Open a season and ask it for its tables; it is left as it was."""
    path = folder / "season.db"
    for beside in folder.glob("season.db-*"):
        beside.unlink()
    path.write_bytes(data)
    try:
        with ka.Season(path) as season:
            season.runs()
            season.reps()
            season.weeks()
            season.goals()
            for name in season.names():
                season.trends(athlete=name)
            season.faults()
    finally:
        assert path.read_bytes() == data, "the season was written to"


def read_by_hand(data: bytes, folder: Path) -> None:
    """Read what a runner may have written beside a recording, by whatever reads such a thing."""
    path = folder / "hand.toml"
    path.write_bytes(data)
    text = data.decode("utf-8", "replace")
    ends: list[ka.KastorError] = []
    for read in (
        lambda: str(Corrections.load(path).to_toml()),
        lambda: load_athletes(path),
        lambda: read_splits(path),
        lambda: str(ka.Plan.parse(text)),
        lambda: ka.Plan.kastor(goal=text),
    ):
        try:
            read()
        except ka.KastorError as error:
            ends.append(error)
    if len(ends) == 5:
        raise ends[0]


def read_session(data: bytes, folder: Path) -> None:
    """Find the reps of a session, score them, and tell of them in every way."""
    report = ka.analyze(data, goal="5k 20:00" if len(data) % 2 else None, plan="kastor" if len(data) % 5 == 0 else None)
    str(report)
    report.to_json()
    report.to_csv()
    if len(data) % 3 == 0:
        report.to_html()


READERS: dict[str, Callable[[bytes, Path], None]] = {
    "plan": read_plan,
    "hand": read_by_hand,
    "season": read_season,
    "session": read_session,
}


def try_all(
    count: int, folder: Path, season: bytes, *, first: int = 0, told: Callable[[str], None] | None = None
) -> Summary:
    """Read mutants of every kind; return what came of them."""
    summary, known = Summary(), 0
    with _alarm():
        for kind, number in numbered(count, first):
            data = made(kind, number, season)
            began = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, LATE_S)
            signal.alarm(WAITING_S)
            try:
                READERS.get(kind, read_recording)(data, folder)
                summary.read[kind] += 1
            except ka.KastorError as error:
                if "\n" in str(error):
                    summary.foreign.append(f"{kind} {number}: an error of two lines")
            except _Late:
                summary.hangs.append(f"{kind} {number}")
            except Exception as error:
                summary.foreign.append(f"{kind} {number}: {type(error).__name__}: {error}"[:200])
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
                signal.alarm(0)
            summary.slowest_s = max(summary.slowest_s, time.process_time() - began)
            summary.number[kind] += 1
            for line in summary.foreign[known:] if told is not None else ():
                told(line)
            known = len(summary.foreign)
            if told is not None and sum(summary.number.values()) % 10_000 == 0:
                told(str(summary))
    return summary


@contextmanager
def _alarm() -> Iterator[None]:
    def late(*_: object) -> None:
        raise _Late

    before = {number: signal.signal(number, late) for number in (signal.SIGPROF, signal.SIGALRM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
