"""The family of errors: as its docstring draws it, and with the exit codes that the command line gives it."""

from __future__ import annotations

import inspect
import pickle
import re

import pytest

from kastor_analysis import errors
from kastor_analysis.cli.running import FAILED, USAGE, exit_code

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.KastorError)]
WRONG_USAGE = {"AthleteError", "GoalError", "NotationError", "PlanError", "ProtectedError"}


def test_tree_is_drawn_as_it_is() -> None:
    drawn: dict[str, str] = {}
    above = ["Exception"]
    for branch, name in re.findall(r"^    ((?:[|+ ][ -]{3})*)(\w+Error)\b", str(errors.__doc__), re.MULTILINE):
        depth = len(branch) // 4
        above[depth + 1 :] = [name]
        drawn[name] = above[depth]
    assert drawn == {kind.__name__: kind.__base__.__name__ for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_each_says_what_where_next_on_a_line_and_survives_a_process(kind: type[errors.KastorError]) -> None:
    error = kind.__new__(kind)
    errors.KastorError.__init__(error, "is\nwrong", file="a.fit", where="byte 7", hint="Copy it again")
    error.__dict__.update(text="8x", column=1)  # of those that point into a text
    said, *pointed = str(error).split("\n")
    assert said == "a.fit: is wrong (at byte 7). Copy it again"
    assert pointed == (["  8x", "   ^"] if kind in (errors.GoalError, errors.NotationError) else [])
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert str(again) == str(error)


@pytest.mark.parametrize("kind", KINDS)
def test_exit_code(kind: type[errors.KastorError]) -> None:
    assert exit_code(kind.__new__(kind)) == (USAGE if kind.__name__ in WRONG_USAGE else FAILED)
