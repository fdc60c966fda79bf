"""The rules that the scorer's modules cite stand so in docs/scoring.md."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from kastor_analysis import scorer

ROOT = Path(__file__).parents[2]
RULES = ("align", "held", "pace", "hammer", "rest", "structure", "worth", "judged", "advice", "hand_times")


def plain(text: str) -> str:
    """Return text on one line, without what makes it bold or quoted."""
    return " ".join(re.sub(r"[*`]|^- ", "", text, flags=re.MULTILINE).split())


@pytest.mark.parametrize("name", RULES)
def test_cited_sentences_stand_in_the_rules(name: str) -> None:
    source = Path(str(scorer.__file__)).with_name(f"{name}.py").read_text(encoding="utf-8")
    said, *_ = str(ast.get_docstring(ast.parse(source))).split("(docs/scoring.md)")
    cited = re.findall(r'"([^"]{20,})"', said)
    rules = plain((ROOT / "docs" / "scoring.md").read_text(encoding="utf-8"))
    assert cited
    assert [sentence for sentence in cited if plain(sentence) not in rules] == []
