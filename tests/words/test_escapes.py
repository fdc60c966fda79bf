"""Text from elsewhere: what cannot be shown becomes an escape, and the rest stays as it is."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from kastor_analysis.words.escapes import shown, shown_html, shown_json, shown_lines

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
DIRECTIONS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(ANY_TEXT)
def test_nothing_steers_a_terminal_and_all_can_be_written(text: str) -> None:
    for said in (shown(text), *shown_lines(text).split("\n"), shown_html(text)):
        assert not {letter for letter in said if unicodedata.category(letter) in ("Cc", "Cs")}
        assert not DIRECTIONS & set(said)
        said.encode()
    assert shown_lines(text).count("\n") == text.count("\n")
    assert shown(shown(text)) == shown(text)


@given(ANY_TEXT)
def test_escapes_of_json_say_the_same(text: str) -> None:
    escaped = shown_json(json.dumps([text], ensure_ascii=False))
    escaped.encode()
    assert json.loads(escaped) == [text]


def test_what_people_write_stays_as_it_is() -> None:
    for text in (
        "Łukasz Żółć",
        "Zoë's 5 × 1000 m – fast",
        "陈 伟.fit",
        "👩‍🦰 run.fit",
        "أحمد",
        "a\u00a0b",
        "שלום\u200f",
    ):
        assert shown(text) == text
    assert shown("a\tb\r\nc") == "a b  c"
    assert shown(b"l\xe4ufe.fit".decode("utf-8", "surrogateescape")) == r"l\xe4ufe.fit"
    assert shown("run\x1b[2J\x00\x9b\u202e.fit") == r"run\x1b[2J\x00\x9b\u202e.fit"
