"""GPX in the dialects that watches and sites write."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kastor_analysis as ka
from kastor_analysis.readers import gpx


def document(
    points: str, *, head: str = "", kind: str = "running", declaration: str = '<?xml version="1.0"?>'
) -> bytes:
    return (
        f'{declaration}<gpx version="1.1" creator="Test" xmlns="http://www.topografix.com/GPX/1/1">{head}'
        f"<trk><name>A run</name><type>{kind}</type><trkseg>{points}</trkseg></trk></gpx>"
    ).encode()


def point(second: int, extra: str = "", lat: float = 50.0) -> str:
    return f'<trkpt lat="{lat}" lon="8"><time>2026-05-01T06:{second // 60:02}:{second % 60:02}Z</time>{extra}</trkpt>'


@pytest.mark.parametrize(
    ("extra", "column", "value"),
    [
        ("<ele>101.5</ele>", "altitude_m", 101.5),
        ("<speed>3.25</speed>", "speed_mps", 3.25),  # GPX 1.0
        (
            "<extensions><gpxtpx:TrackPointExtension xmlns:gpxtpx='http://www.garmin.com/xmlschemas/TrackPointExtension/v1'>"
            "<gpxtpx:hr>151</gpxtpx:hr></gpxtpx:TrackPointExtension></extensions>",
            "heart_rate_bpm",
            151,
        ),
        (
            "<extensions><ns3:TrackPointExtension><ns3:speed>3.5</ns3:speed><ns3:hr>9</ns3:hr></ns3:TrackPointExtension>"
            "</extensions>",  # TrackPointExtension v2, its prefix declared nowhere
            "speed_mps",
            3.5,
        ),
        ("<extensions><gpxdata:hr>144</gpxdata:hr></extensions>", "heart_rate_bpm", 144),  # Cluetrust
        ("<extensions><gpxdata:temp>21</gpxdata:temp></extensions>", "temperature_c", 21),
        ("<extensions><gpxtpx:atemp>22.5</gpxtpx:atemp></extensions>", "temperature_c", 22.5),
        ("<extensions><power>301</power></extensions>", "power_w", 301),  # Strava
        ("<extensions><pwr:PowerInWatts>250</pwr:PowerInWatts></extensions>", "power_w", 250),  # Garmin
        ("<extensions><heartrate>133</heartrate></extensions>", "heart_rate_bpm", 133),
        ("<extensions><speed>2.5</speed><hAcc>4.5</hAcc></extensions>", "position_accuracy_m", 4.5),  # Apple
        ("<extensions><gpxdata:distance>12.5</gpxdata:distance></extensions>", "distance_m", 12.5),
        ("<ele>101,5</ele>", "altitude_m", 101.5),  # a decimal comma
        ("<ele>\n  7 </ele>", "altitude_m", 7),
        ("<ele><![CDATA[8]]></ele>", "altitude_m", 8),
        ("<ele>1<!-- no --> </ele><ele>2</ele>", "altitude_m", 1),
        ("<ele>&#49;0</ele>", "altitude_m", 10),
    ],
)
def test_dialects(extra: str, column: str, value: float) -> None:
    activity = ka.load(document(point(0, extra) + point(1, extra)))
    assert activity.column(column).tolist() == [value, value]


@pytest.mark.parametrize(
    ("kind", "cadence", "expected"),
    [
        ("running", 85, 170),
        ("running", 172, 172),
        ("walking", 55, 110),
        ("walking", 108, 108),
        ("cycling", 85, 85),
        ("", 88, 176),
    ],
)
def test_cadence_is_of_both_feet(kind: str, cadence: int, expected: float) -> None:
    points = "".join(point(i, f"<extensions><cad>{cadence}</cad></extensions>") for i in range(3))
    assert ka.load(document(points, kind=kind)).column("cadence_spm").tolist() == [expected] * 3


@pytest.mark.parametrize(
    ("text", "seconds", "offset_s"),
    [
        ("2026-05-01T06:30:00Z", 0, None),
        ("2026-05-01T06:30:00.250Z", 0.25, None),
        ("2026-05-01T06:30:00.123456Z", 0.123456, None),
        ("2026-05-01T06:30:00,5Z", 0.5, None),
        ("2026-05-01T08:30:00+02:00", 0, 7200),
        ("2026-05-01T01:00:00.5-05:30", 0.5, -19800),
        ("2026-05-01 06:30:00", 0, None),
        ("2026-05-01t06:30z", 0, None),
        (" 2026-05-01T06:30:00Z ", 0, None),
    ],
)
def test_times(text: str, seconds: float, offset_s: float | None) -> None:
    activity = ka.load(document(f'<trkpt lat="1" lon="2"><time>{text}</time></trkpt>'))
    expected = datetime(2026, 5, 1, 6, 30, tzinfo=UTC).timestamp() + seconds
    assert activity.start_time.timestamp() == pytest.approx(expected, abs=1e-6)
    assert activity.utc_offset_s == offset_s
    assert ("The times name no zone; they were taken as UTC." in activity.warnings) == (text == "2026-05-01 06:30:00")


@pytest.mark.parametrize("number", ["1e999", "-inf", "1e308", "nan", "9" * 400])
@pytest.mark.parametrize("name", ["ele", "speed", "hr", "cad", "distance", "power", "atemp"])
def test_a_number_without_reason_costs_one_value(name: str, number: str) -> None:
    def told(i: int, value: str) -> str:
        return point(
            i, f"<extensions><{name}>{value}</{name}></extensions>" if name != "ele" else f"<ele>{value}</ele>"
        )

    sound, odd = (
        ka.load(document("".join(told(i, "80" if i != 5 else text) for i in range(9)))) for text in ("80", number)
    )
    for column in sound.sample_table:
        left = [value for i, value in enumerate(odd.column(column)) if i != 5]
        assert left == pytest.approx([value for i, value in enumerate(sound.column(column)) if i != 5], nan_ok=True)
        assert not abs(odd.column(column)[5]) > 1e9


@pytest.mark.parametrize(
    "text", ["2026-02-30T06:30:00Z", "2026-05-01T25:00:00Z", "yesterday", "", "2026-05-01T06:30:61Z"]
)
def test_a_time_that_is_none_costs_one_point(text: str) -> None:
    activity = ka.load(document(point(0) + f'<trkpt lat="1" lon="2"><time>{text}</time></trkpt>' + point(2)))
    assert activity.column("time_s").tolist() == [0, 2]
    assert "1 point without a time left out." in activity.warnings


def test_points_without_time_among_others_are_left_out_and_told() -> None:
    activity = ka.load(document(point(0) + '<trkpt lat="1" lon="2"/>' + point(2)))
    assert activity.column("time_s").tolist() == [0, 2]
    assert "1 point without a time left out." in activity.warnings


def test_the_gap_between_segments_is_a_pause() -> None:
    data = document(point(0) + point(5) + "</trkseg><trkseg/><trkseg>" + point(65) + point(70))
    activity = ka.load(data)
    assert activity.pause_table["start_s"].tolist() == [5]
    assert activity.pause_table["end_s"].tolist() == [65]
    assert not any("No samples" in warning for warning in activity.warnings)


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n\n  ", b"\xef\xbb\xbf \r\n", b"   \xef\xbb\xbf", b"\x00\x00"])
def test_what_stands_before_the_declaration_is_skipped(before: bytes) -> None:
    assert ka.load(before + document(point(0))).warnings == ()


@pytest.mark.parametrize(
    ("data", "warning"),
    [
        (document(point(0), head="<name>Grün</name>").decode().encode("latin-1"), "read as Latin-1"),
        (document(point(0), declaration='<?xml version="1.0" encoding="utf-16"?>'), "read as UTF-8"),
        (document(point(0), head="<name>A\x0bB</name>"), "Control characters"),
        (document(point(0), head="<name>Tom & Jerry &nbsp; &co;</name>"), "Ampersands"),
        (document(point(0)) + b"\n<gpx/>", "Something follows the end"),
    ],
)
def test_faulty_text_is_read_with_a_warning_and_refused_when_strict(data: bytes, warning: str) -> None:
    activity = ka.load(data)
    assert activity.column("time_s").tolist() == [0]
    assert any(warning in told for told in activity.warnings)
    with pytest.raises(ka.XmlError, match=r"is not well-formed XML.*at line [12]"):
        ka.load(data, strict=True)


ENCODINGS = [
    "utf-8", "utf8", "us-ascii", "iso-8859-1", "latin-1", "iso-8859-15", "windows-1250", "windows-1251", "cp1252",
    "windows-1253", "windows-1254", "windows-1255", "windows-1256", "windows-1257", "windows-1258", "koi8-r", "koi8-u",
    "shift-jis", "Shift_JIS", "euc-jp", "gb2312", "gbk", "GB18030", "big5", "euc-kr", "utf-16", "utf-16-le",
    "utf-16-be",
]  # fmt: skip
LETTERS = {"windows-1251": "Бег", "koi8": "Бег", "shift": "走る", "euc-jp": "走る", "gb": "跑步", "big5": "跑步",
           "euc-kr": "달리기", "windows-1253": "Δρόμος", "windows-1250": "Běh", "windows-1255": "ריצה",
           "windows-1256": "جري", "us-ascii": "Run"}  # fmt: skip


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("marked", [True, False])
def test_known_encodings(encoding: str, marked: bool) -> None:
    word = next((word for start, word in LETTERS.items() if encoding.lower().startswith(start)), "Läufe")
    declared = "utf-16" if encoding.startswith("utf-16") else encoding
    declaration = f'<?xml version="1.0" {" " * 300}encoding="{declared}"?>'
    text = document(point(0), declaration=declaration).decode().replace("A run", word)
    mark = "\ufeff" if marked and encoding in ("utf-16-le", "utf-16-be", "utf-8") else ""
    activity = ka.load((mark + text).encode(encoding))
    assert activity.warnings == ()
    (recording,) = gpx.decode((mark + text).encode(encoding))
    assert word in recording.label


@pytest.mark.parametrize(
    "encoding",
    ["klingon", "hex", "base64", "rot13", "zlib", "undefined", "utf-7", "idna", "punycode", "unicode_escape", "utf-32",
     "raw_unicode_escape", "unicode_internal", "mbcs", "e" * 41, "e" * 9000, "", "é", "utf-8\x00", "../os", "os.path"],
)  # fmt: skip
@pytest.mark.parametrize("space", [1, 250])
def test_what_is_no_encoding_of_text_is_refused(encoding: str, space: int) -> None:
    declaration = f'<?xml version="1.0"{" " * space}encoding="{encoding}"?>'
    with pytest.raises(ka.XmlError, match=r"declares the encoding .*, which is not known here \(at line 1\)") as caught:
        ka.load(document(point(0), declaration=declaration))
    assert len(str(caught.value)) < 300


def test_utf_32_is_refused_and_letters_that_are_none_are_told_of() -> None:
    with pytest.raises(ka.KastorError):
        ka.load(document(point(0)).decode().encode("utf-32"))
    declaration = '<?xml version="1.0" encoding="shift-jis"?>'
    activity = ka.load(
        document(point(0), head="<name>\x00\x00</name>", declaration=declaration).replace(b"\x00", b"\xff")
    )
    assert any("Some letters are none in its encoding" in told for told in activity.warnings)


def test_a_cut_off_file_keeps_its_points_and_tells_where() -> None:
    data = document("\n".join(point(i) for i in range(100)))
    cut = data[: data.index(b"06:00:50") + 4]
    activity = ka.load(cut)
    assert activity.column("time_s").size == 50
    assert activity.warnings[0].startswith("The file is damaged or breaks off at line 51, column")
    with pytest.raises(ka.XmlError, match="line 51, column"):
        ka.load(cut, strict=True)


def test_a_break_in_the_middle_is_told_at_its_line_although_points_were_lifted() -> None:
    data = document("\n".join(point(i) for i in range(100))).replace(b"06:01:10Z</time>", b"06:01:10Z</tine>")
    activity = ka.load(data)
    assert activity.column("time_s").size == 99
    assert "is damaged at line 71, column" in activity.warnings[0]
    assert "it was read on from line 72" in activity.warnings[0]


def test_comments_and_cdata_hold_no_points() -> None:
    hidden = f"<!-- {point(50)} --><![CDATA[{point(51)}]]><?pi {point(52)}?>"
    assert ka.load(document(point(0) + hidden + point(1))).column("time_s").tolist() == [0, 1]
    assert ka.load(document(point(0), head=f"<!-- {point(50)} -->")).column("time_s").tolist() == [0]


def test_waypoints_and_routes_beside_a_track_are_no_points_of_it() -> None:
    head = '<wpt lat="1" lon="1"><time>2020-01-01T00:00:00Z</time></wpt><rte><rtept lat="2" lon="2"/></rte>'
    assert ka.load(document(point(0) + point(1), head=head)).column("time_s").tolist() == [0, 1]


def test_strava_numbers_and_words_for_sports() -> None:
    strava = document(point(0), kind="9").replace(b'"Test"', b'"StravaGPX iPhone"')
    assert ka.load(strava).sport == "running"
    assert ka.load(document(point(0), kind="9")).sport == "9"
    assert ka.load(document(point(0), kind="Trail_Running")).sport == "running"
    assert ka.load(document(point(0), kind="track")).sport is None


_field = st.sampled_from(
    ["<ele>12.5</ele>", "<ele></ele>", "<ele/>", "<x:hr>140</x:hr>", "<hr> 141 </hr>", "<cad>88</cad>", "\n ",
     "<name>é</name>", "<!-- c -->", "<desc>a &lt; b</desc>", "<extensions><a><power>200</power></a></extensions>",
     "<ele>1<i/>2</ele>", "<time/>", "<b att='1'/>", "<ele>x</ele>", "<speed>NaN</speed>", "<speed>3</speed>",
     "<![CDATA[ ]]>", "text"]
)  # fmt: skip
_point = st.tuples(st.sampled_from(['lat="1" lon="2"', "lon='2'  lat='1'", 'lat="1"', 'lat="a" lon="2" x="y"', ""]),
                   st.lists(_field, max_size=4), st.sampled_from(["", "\n", "<!-- -->", "junk"]))  # fmt: skip


@given(st.lists(_point, min_size=1, max_size=12))
def test_lifted_points_are_read_as_expat_alone_would(points: list[tuple[str, list[str], str]]) -> None:
    text = "".join(
        f"<trkpt {attributes}><time>2026-05-01T06:00:{i:02}Z</time>{''.join(fields)}</trkpt>{after}"
        for i, (attributes, fields, after) in enumerate(points)
    )
    data = document(text)
    (lifted,), (plain,) = gpx.decode(data, lift=True), gpx.decode(data, lift=False)
    assert lifted.samples.keys() == plain.samples.keys()
    for name in plain.samples:
        np.testing.assert_array_equal(lifted.samples[name], plain.samples[name])
    assert lifted.warnings == plain.warnings
