"""Mutants of FIT files: whatever was done to a file, it ends in recordings or in a `KastorError`, soon, and small."""

from __future__ import annotations

import multiprocessing
import resource
import struct
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from kastor_analysis import KastorError
from kastor_analysis.readers.fit import decode
from kastor_analysis.readers.fit.container import read_files
from kastor_analysis.readers.fit.crc import crc16
from kastor_analysis.readers.fit.frames import message_columns
from kastor_analysis.readers.raw import RawRecording

from .fit_bytes import T0, Fit, run

RNG = np.random.Generator
Mutation = Callable[[bytearray, RNG], bytearray]

BATCH = 250
"""Mutants a test: 4 batches run always, 80 in the long tier."""

SMALL_REAL = (
    "fit/activity_multisport.fit",
    "fit/activity_poolswim.fit",
    "python-fitparse/compressed-speed-distance.fit",
    "python-fitparse/antfs-dump.63.fit",
    "python-fitparse/elemnt-bolt-no-application-id-inside-developer-data-id.fit",
    "python-fitparse/garmin-fenix-5-bike.fit",
    "python-fitparse/WorkoutRepeatSteps.fit",
    "sweatpy/6471559601_ACTIVITY.fit",
)


def by_hand() -> list[bytes]:
    """Files that use what the real ones do not."""
    odd = run(40, big=True)
    odd.define(6, 207, [(3, "uint8")]).data(6, 0)
    odd.define(7, 206, [(0, "uint8"), (1, "uint8"), (2, "uint8"), (3, "string", 8), (8, "string", 8), (15, "uint8")])
    odd.data(7, 0, 9, 0x88, b"Power", b"Watts", 7)
    odd.define(8, 20, [(253, "uint32"), (0, "sint32"), (7, "uint16")], developer=[(9, 4, 0, "float32")])
    odd.define(9, 132, [(10, "byte", 12), (6, "uint8", 8)]).define(
        10, 27, [(254, "uint16"), (1, "enum"), (2, "uint32")]
    )
    odd.define(1, 20, [(3, "uint8")])
    for i in range(30):
        odd.data(8, T0 + 40 + i, i << 20, 200, 210.5).data(9, bytes(range(i, i + 12)), (60,) * 8).data(10, i, 1, 40_000)
        odd.data(1, 150, compressed=i)
    return [run(60).file(), odd.file(), run(20).file() + odd.file(header=12), run(30).file(size=0)]


def flip(data: bytearray, rng: RNG) -> bytearray:
    for at in rng.integers(0, len(data), int(rng.integers(1, 20))):
        data[at] = int(rng.integers(256))
    return data


def extreme(data: bytearray, rng: RNG) -> bytearray:
    for at in rng.integers(0, len(data), int(rng.integers(1, 8))):
        data[at] = int(rng.choice([0, 1, 0x7F, 0x80, 0xFE, 0xFF]))
    return data


def truncate(data: bytearray, rng: RNG) -> bytearray:
    return data[: int(rng.integers(len(data)))]


def insert(data: bytearray, rng: RNG) -> bytearray:
    at = int(rng.integers(len(data)))
    return data[:at] + rng.integers(0, 256, int(rng.integers(1, 600)), dtype=np.uint8).tobytes() + data[at:]


def remove(data: bytearray, rng: RNG) -> bytearray:
    at = int(rng.integers(len(data)))
    return data[:at] + data[at + int(rng.integers(1, 600)) :]


def repeat(data: bytearray, rng: RNG) -> bytearray:
    lo, hi = sorted(rng.integers(0, len(data), 2).tolist())
    at = int(rng.integers(len(data)))
    return data[:at] + data[lo:hi] + data[at:]


def definitions(data: bytearray) -> list[tuple[int, int]]:
    """Where definition messages seem to stand: (byte, length)."""
    found = []
    for at in range(12, len(data) - 6):
        if data[at] & 0xD0 == 0x40 and data[at + 1] == 0 and data[at + 2] <= 1:
            length = 6 + 3 * data[at + 5]
            if at + length <= len(data):
                found.append((at, length))
    return found


def swap_definitions(data: bytearray, rng: RNG) -> bytearray:
    found = definitions(data)
    if len(found) < 2:
        return flip(data, rng)
    (a, n), (b, m) = (found[i] for i in sorted(rng.choice(len(found), 2, replace=False)))
    if a + n > b:
        return flip(data, rng)
    return data[:a] + data[b : b + m] + data[a + n : b] + data[a : a + n] + data[b + m :]


def redefine(data: bytearray, rng: RNG) -> bytearray:
    found = definitions(data)
    if not found:
        return flip(data, rng)
    for i in rng.integers(0, len(found), int(rng.integers(1, 4))):
        at, length = found[i]
        # Field numbers, sizes, types, byte order, counts, message numbers.
        data[at + int(rng.integers(0, max(length, 1)))] = int(rng.choice([0, 1, 2, 3, 4, 7, 0x84, 0x88, 253, 254, 255]))
    return data


def reheader(data: bytearray, rng: RNG) -> bytearray:
    size = int(rng.choice([0, 1, 5, len(data), len(data) // 2, 2**31, 2**32 - 1]))
    struct.pack_into("<I", data, 4, size)
    data[0] = int(rng.choice([12, 14, 13, 32, 255]))
    return data


MUTATIONS: tuple[Mutation, ...] = (
    flip,
    extreme,
    truncate,
    insert,
    remove,
    repeat,
    swap_definitions,
    redefine,
    reheader,
)


def repaired(data: bytearray, resize: bool) -> bytes:
    """The sums put right, as far as the header's size lets it be."""
    if len(data) < 16:
        return bytes(data)
    if resize:
        struct.pack_into("<I", data, 4, max(len(data) - data[0] - 2, 0))
    if data[0] >= 14:
        struct.pack_into("<H", data, 12, crc16(bytes(data[:12])))
    end = data[0] + int.from_bytes(data[4:8], "little")
    if end + 2 <= len(data):
        struct.pack_into("<H", data, end, crc16(bytes(data[:end])))
    return bytes(data)


def mutant(seeds: list[bytes], rng: RNG) -> bytes:
    data = bytearray(seeds[int(rng.integers(len(seeds)))])
    for _ in range(int(rng.integers(1, 4))):
        data = MUTATIONS[int(rng.integers(len(MUTATIONS)))](data, rng)
        if len(data) < 14:
            break
    return repaired(data, bool(rng.integers(2))) if rng.integers(2) else bytes(data)


def check(recording: RawRecording) -> None:
    """What the rest of the package relies on."""
    n = len(recording.samples["timestamp_s"])
    assert n
    assert np.isfinite(recording.samples["timestamp_s"]).all()
    for column in recording.samples.values():
        assert column.shape == (n,)
        assert column.dtype == np.float64
        assert not np.isinf(column).any()
    start_s, end_s = recording.laps["start_s"], recording.laps["end_s"]
    assert np.isfinite(start_s).all()
    assert np.isfinite(end_s).all()
    assert (start_s <= end_s).all()
    assert {len(column) for column in recording.laps.values()} == {len(start_s)}
    assert (recording.pauses[:, 0] < recording.pauses[:, 1]).all()


def read_all(data: bytes, strict: bool) -> str:
    """Read a mutant every way there is; return how it ended."""
    try:
        for recording in decode(data, strict=strict):
            check(recording)
        for part in read_files(data):
            for number in part.groups:
                columns, _ = message_columns(part, number)
                assert len({len(column) for column in columns.values()}) <= 1
    except KastorError as error:
        return type(error).__name__
    return "read"


@pytest.mark.parametrize("batch", [*range(4), *(pytest.param(i, marks=pytest.mark.full) for i in range(4, 80))])
def test_mutants(batch: int, real: Path) -> None:
    seeds = by_hand() + [(real / "formats" / name).read_bytes() for name in SMALL_REAL]
    rng = np.random.default_rng([2026, batch])
    outcomes: dict[str, int] = {}
    for i in range(BATCH):
        data = mutant(seeds, rng)
        begun = time.perf_counter()
        try:
            outcome = read_all(data, strict=i % 8 == 0)
        except Exception as error:
            error.add_note(f"mutant {i} of batch {batch}, {len(data)} bytes")
            raise
        assert time.perf_counter() - begun < 2
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    # A fuzzer of which all mutants are refused at the door tests the door.
    assert outcomes["read"] > BATCH / 4


ATTACKS: dict[str, Callable[[], bytes]] = {
    "definitions without fields": lambda: b"\x40\x00\x00\x14\x00\x00" * 150_000,
    "messages of one byte": lambda: b"\x40\x00\x00\x14\x00\x00" + bytes(4_000_000),
    "two kinds of one byte in turn": lambda: (
        b"\x40\x00\x00\x14\x00\x00\x41\x00\x00\x14\x00\x00" + b"\x00\x01" * 2_000_000
    ),
    "layouts that are all different": lambda: b"".join(
        b"\x40\x00\x00\x14\x00\xff" + i.to_bytes(3, "little") * 255 for i in range(5000)
    ),
    "samples by the million": lambda: b"\x40\x00\x00\x14\x00\x01\x03\x01\x02" + b"\x00\x96" * 1_500_000,
    "a million samples": lambda: bytes(Fit().define(0, 20, [(253, "uint32"), (3, "uint8")]).body) + sequence(999_000),
    "samples between noise": lambda: b"".join(
        bytes(run(3).body) + noise for noise in np.split(RANDOM_BYTES, 500) for noise in [noise.tobytes()]
    ),
    "noise": lambda: bytes(run(60).body) + RANDOM_BYTES.tobytes(),
    "zeros": lambda: bytes(run(60).body) + bytes(3_000_000),
    "headers within headers": lambda: run(2).file() * 5_000,
}


def sequence(n: int) -> bytes:
    """Samples of consecutive seconds for the layout above."""
    rows = np.zeros(n, dtype=[("header", "u1"), ("timestamp", "<u4"), ("heart_rate", "u1")])
    rows["timestamp"] = T0 + np.arange(n)
    rows["heart_rate"] = 150
    return rows.tobytes()


RANDOM_BYTES = np.random.default_rng(3).integers(0, 256, 2_000_000, dtype=np.uint8)


def attack_all() -> list[tuple[str, str, float, float]]:
    """Return (attack, outcome, seconds of the processor, bytes grown so far) of each; for a process of its own."""
    outcome_of(run(60).file())  # what is imported and tabulated once does not count
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = []
    for name, make in ATTACKS.items():
        body = make()
        content = struct.pack("<BBHI4s", 12, 0x20, 2132, len(body), b".FIT") + body
        for sound in (True, False):
            data = content + struct.pack("<H", crc16(content) ^ (not sound))
            begun = time.process_time()
            outcome = outcome_of(data)
            took_s = time.process_time() - begun
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
            found.append((f"{name}, {'right' if sound else 'wrong'} sum", outcome, took_s, grown))
    return found


def outcome_of(data: bytes) -> str:
    try:
        decode(data)
    except KastorError as error:
        return type(error).__name__
    return "read"


def test_attacks_end_soon_and_small() -> None:
    # Its process comes to an end by itself; that of a `Pool` is killed, which it may have been told to ignore.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = pool.submit(attack_all).result()
    assert len(found) == 2 * len(ATTACKS)
    for name, outcome, took_s, grown in found:
        assert outcome in ("FitError", "LimitError", "NoSamplesError", "read"), name
        assert took_s < 2, (name, took_s)
        assert grown < 200e6, (name, grown)


if __name__ == "__main__":
    for row in attack_all():
        print(*row)
