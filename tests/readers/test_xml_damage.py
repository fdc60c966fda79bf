"""XML that is damaged somewhere: what lies before and behind it is read, in time that grows with the bytes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

import kastor_analysis as ka

N = 300
DOCUMENTS: dict[str, Callable[[str, str], str]] = {}


def stamp(i: int) -> str:
    return f"2026-05-01T06:{i // 60:02}:{i % 60:02}Z"


def gpx(head: str, prefix: str = "") -> str:
    p = prefix
    points = "".join(f'<{p}trkpt lat="50.{i:05}" lon="8"><{p}time>{stamp(i)}</{p}time></{p}trkpt>\n' for i in range(N))
    return f"<{p}gpx creator='x'>{head}\n<{p}trk><{p}trkseg>\n{points}</{p}trkseg></{p}trk></{p}gpx>"


def tcx(head: str, prefix: str = "") -> str:
    p = prefix

    def lap(first: int) -> str:
        points = "".join(
            f"<{p}Trackpoint><{p}Time>{stamp(i)}</{p}Time>"
            f"<{p}DistanceMeters>{3 * i}</{p}DistanceMeters></{p}Trackpoint>\n"
            for i in range(first, first + N // 3)
        )
        return (
            f'<{p}Lap StartTime="{stamp(first)}"><{p}TotalTimeSeconds>{N // 3}</{p}TotalTimeSeconds>'
            f"<{p}Track>{points}</{p}Track></{p}Lap>"
        )

    laps = "".join(map(lap, range(0, N, N // 3)))
    activity = f'<{p}Activity Sport="Running">{laps}</{p}Activity>'
    return f"<{p}TrainingCenterDatabase>{head}\n<{p}Activities>{activity}</{p}Activities></{p}TrainingCenterDatabase>"


DOCUMENTS |= {"gpx": gpx, "tcx": tcx}

BEFORE = {
    "a bare less-than": "<metadata><name>Tom <3 Ann</name></metadata>",
    "a tag without an end": "<metadata><name>Tuesday</metadata>",
    "an attribute without quotes": "<metadata kind=run><name>Tuesday</name></metadata>",
    "a quote without an end": '<metadata kind="run><name>Tuesday</name></metadata>',
    "an impossible character": "<metadata><name>Tues&#0;day</name></metadata>",
    "an unknown entity in a tag": '<metadata name="&foo;"/>',
    "an attribute twice": '<metadata a="1" a="2"/>',
    "an end without a start": "</metadata>",
    "a comment without an end": "<!-- was hier steht",
    "a double dash in a comment": "<!-- a -- b -->",
    "CDATA without an end": "<desc><![CDATA[ text </desc>",
    "an instruction without an end": "<?note ",
    "half a tag": "<metad",
    "zeros": "<metadata>\0\0\0\0</metadata>",
}


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("damage", BEFORE)
@pytest.mark.parametrize("prefix", ["", "g:"])
def test_damage_before_the_track_leaves_the_track(kind: str, damage: str, prefix: str) -> None:
    data = DOCUMENTS[kind](BEFORE[damage], prefix).encode()
    activity = ka.load(data)
    assert activity.column("time_s").size == N
    assert len(activity.lap_table["start_s"]) == (3 if kind == "tcx" else 0)
    assert activity.warnings
    with pytest.raises(ka.XmlError):
        ka.load(data, strict=True)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_wrong_byte_anywhere_costs_a_point_or_two(kind: str) -> None:
    sound = DOCUMENTS[kind]("", "").encode()
    for seed in range(150):
        chance = random.Random(seed)
        data = bytearray(sound)
        at = chance.randrange(40, len(data) - 60)
        data[at] = chance.choice(b"<>&\"'/= \x00\x07\xff\xc3ab-![?")
        try:
            activity = ka.load(bytes(data))
        except ka.MultipleRecordingsError:
            continue  # the end of one element became the start of another
        lost = N - activity.column("time_s").size
        assert lost <= 2, (seed, bytes(data[at - 30 : at + 30]), activity.warnings)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_many_breaks_are_counted_and_the_first_are_told(kind: str) -> None:
    text = DOCUMENTS[kind]("", "")
    head, *points = text.split("Z</")
    damaged = head + "".join(("Z<" if i % 30 == 7 else "Z</") + rest for i, rest in enumerate(points))
    activity = ka.load(damaged.encode())
    assert activity.column("time_s").size >= N - 12
    assert sum("is damaged at line" in told for told in activity.warnings) == 3
    assert any(told.startswith("It is damaged in ") and told.endswith("more places.") for told in activity.warnings)


def test_what_follows_a_recording_is_still_left_out() -> None:
    sound = gpx("")
    activity = ka.load((sound + sound).encode())
    assert activity.column("time_s").size == N
    assert any("Something follows the end" in told for told in activity.warnings)


TOKENS = (
    "<trkpt ", "<trkpt>", "<trkpt lat='1' lon='2'/>", "<trk>", "<trk></trk>", "<trkseg>", "<trkseg/>", "</trkpt>",
    "<Trackpoint>", "<Trackpoint/>", "<Lap>", "<Lap StartTime='2026-05-01T06:30:00Z'/>", "<Activity/>", "<Track/>",
    "<!---->", "<!-- ", " -->", "<![CDATA[", "]]>", "<![CDATA[]]>", "<?a ", "<?a?>", "?>", "<a/>", "<a>", "</a>",
    "&amp;", "&#65;", "&", "<", ">", "a='1' ", "\n", "x", "<trk><?a ", "<trkpt lat='1' lon='2'>t<time>", "a<!---->",
    "\0", "]]", "<name>x</name>", "<trk><![CDATA[",
    "<trkpt lat='1' lon='2'><time>2026-05-01T06:30:00Z</time><a></trkpt>",
    "<trkpt lat='1' lon='2'><time>2026-05-01T06:30:00Z</time></trkpt><b/>", "é", "<é/>", "<!DOCTYPE ", "--", "<!",
)  # fmt: skip
PLACES = {
    "gpx": (gpx, ("<trk>", "")),
    "gpx end": (gpx, ("</trkseg>", "")),
    "gpx comment": (gpx, ("<trk>", "<!--")),
    "gpx CDATA": (gpx, ("<trk>", "<name><![CDATA[")),
    "gpx instruction": (gpx, ("<trk>", "<?x ")),
    "gpx tag": (gpx, ("<trk>", "<a ")),
    "tcx": (tcx, ("<Activities>", "")),
    "tcx end": (tcx, ("</Track>", "")),
    "tcx comment": (tcx, ("<Activities>", "<!--")),
}


def seconds(token: str, place: str, size: int) -> float:
    make, before = PLACES[place]
    mark, behind = before
    head, tail = make("", "").split(mark, 1)
    data = "".join((head, mark, behind, token * (size // len(token.encode())), tail)).encode()
    started = time.process_time()
    with suppress(ka.KastorError):
        ka.load(data)
    return time.process_time() - started


@pytest.mark.parametrize("place", PLACES)
def test_repeated_tokens_take_time_by_their_bytes(place: str) -> None:
    for token in TOKENS:
        spent = seconds(token, place, 200_000)
        assert spent < 1.0, token
        if spent > 0.25:
            assert seconds(token, place, 800_000) < 6.0 * spent, token
