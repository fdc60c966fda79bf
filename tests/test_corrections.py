"""The values `Correction` and `Corrections`, and their file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kastor_analysis.corrections import (
    CALLINGS,
    KEYS,
    Correction,
    Corrections,
    corrections_of,
    instant_text,
    parse_instant,
    side_file,
)
from kastor_analysis.errors import CorrectionError, KastorError, WriteError

INSTANTS = st.integers(0, 20_000).map(lambda tenths: tenths / 10)
TEXTS = st.text(min_size=1, max_size=40).filter(lambda text: text.strip())


@st.composite
def one(draw):
    do = draw(st.sampled_from(tuple(KEYS)))
    must, may = KEYS[do]
    from_s = draw(INSTANTS)
    values = {
        "from": ("from_s", from_s),
        "to": ("to_s", from_s + draw(st.integers(1, 9000)) / 10),
        "start": ("start_s", from_s),
        "end": ("end_s", from_s + draw(st.integers(1, 9000)) / 10),
        "kind": ("kind", draw(st.sampled_from(CALLINGS))),
        "time_s": ("time_s", draw(st.floats(2.0, 9000.0))),
        "distance_m": ("distance_m", draw(st.floats(10.0, 10_000.0) | st.integers(10, 9999))),
        "text": ("text", draw(TEXTS)),
    }
    chosen = [*must, *(key for key in may if do == "move" or draw(st.booleans()))]
    return Correction(do=do, **dict(values[key] for key in chosen))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(one(), max_size=8),
    st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
)
def test_the_file_says_what_the_value_does(items, start_time):
    corrections = Corrections(items=tuple(items), start_time=start_time)
    text = corrections.to_toml(recording="a\nb.fit")
    # A half of a character has no place in a file: it becomes a question mark, and stays that.
    again = Corrections.from_toml(text.encode("utf-8").decode("utf-8"))
    assert again.to_toml() == Corrections.from_toml(again.to_toml()).to_toml()
    if not any("\ufffd" in str(c) or any(0xD800 <= ord(x) < 0xE000 for x in str(c)) for c in items):
        assert again == corrections


@given(st.integers(0, 480_000).map(lambda tenths: tenths / 10))
def test_instants_are_read_as_written(at_s):
    assert parse_instant(instant_text(at_s)) == pytest.approx(at_s, abs=1e-9)


@pytest.mark.parametrize("text", ["", "9", "1:99", "x", "-1:00", "1:2", "99:99:00", None, True, float("nan"), -3, 1e9])
def test_what_is_no_instant_is_none(text):
    assert parse_instant(text) is None


def test_it_lies_beside_the_recording(tmp_path):
    run = tmp_path / "run.fit"
    assert corrections_of(run) == Corrections()
    made = Corrections(items=(Correction(do="note", text="wind"),), start_time=datetime(2026, 5, 12, tzinfo=UTC))
    made.save(side_file(run))
    assert side_file(run).name == "run.fit.kastor.toml"
    assert corrections_of(run) == made == Corrections.load(side_file(run))
    assert [path.name for path in tmp_path.iterdir()] == ["run.fit.kastor.toml"]
    assert str(made) == "1 correction by hand"
    assert made.undone().items == ()
    with pytest.raises(WriteError, match="there is no folder"):
        made.save(tmp_path / "none" / "x.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x", "not valid TOML"),
        ("start = 3", "no start of a recording"),
        ("begin = 3", "the key 'begin' is unknown"),
        ("correction = 3", "[[correction]] tables"),
        ("[[correction]]\n", "do is missing"),
        ('[[correction]]\ndo = "jump"', "no correction 'jump'"),
        ("[[correction]]\ndo = [1]", "no correction [1]"),
        ('[[correction]]\ndo = "drop"\nfrom = "1:00"', "drop needs to"),
        ('[[correction]]\ndo = "drop"\nrep = 3', "the key 'rep' is unknown"),
        ('[[correction]]\ndo = "drop"\nfrom = "1:00"\nto = "0:50"', "ends before it starts"),
        ('[[correction]]\ndo = "drop"\nfrom = "1:00"\nto = "soon"', "no instant"),
        ('[[correction]]\ndo = "move"\nfrom = 1\nto = 3', "new start or a new end"),
        ('[[correction]]\ndo = "call"\nfrom = 1\nto = 3\nkind = "hero"', "nothing is called"),
        ('[[correction]]\ndo = "time"\nfrom = 1\nto = 3\ntime_s = "x"', "no time"),
        ('[[correction]]\ndo = "distance"\nfrom = 1\nto = 3\ndistance_m = 1', "no distance"),
        ('[[correction]]\ndo = "note"\ntext = " "', "is empty"),
        ('[[correction]]\ndo = "note"\ntext = "a"\nfrom = 3', "has no from"),
    ],
)
def test_a_wrong_file_says_where(tmp_path, text, said):
    path = tmp_path / "run.fit.kastor.toml"
    path.write_text(text)
    with pytest.raises(CorrectionError) as caught:
        Corrections.load(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)
    if "[[correction]]\n" in text:
        assert "correction 1" in str(caught.value)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xff\xfa")
    with pytest.raises(KastorError, match="UTF-8"):
        Corrections.load(path)
