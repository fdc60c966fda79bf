"""How commands end: exit codes and one-line errors."""

from __future__ import annotations

from collections.abc import Callable

import click
import pytest

from kastor_analysis.cli.running import run
from kastor_analysis.errors import GoalError, KastorError, ReadError


def ends_with(raised: BaseException | Callable[[], None]) -> int:
    @click.command()
    def command() -> None:
        if isinstance(raised, BaseException):
            raise raised
        raised()

    with pytest.raises(SystemExit) as stop:
        run(command, "kastor", [])
    assert isinstance(stop.value.code, int)
    return stop.value.code


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (ReadError("is empty", file="a.fit", hint="Copy it again"), 1, "kastor: a.fit: is empty. Copy it again\n"),
        (KastorError("two\nlines"), 1, "kastor: two lines\n"),
        (GoalError("no such goal"), 2, "kastor: no such goal\n"),
        (FileNotFoundError(2, "No such file or directory", "out/x.csv"), 1, "kastor: out/x.csv: No such file"),
        (KeyboardInterrupt(), 130, "kastor: stopped\n"),
        (
            ZeroDivisionError("division by zero"),
            1,
            "kastor: a mistake in kastor_analysis, not yours (ZeroDivisionError",
        ),
    ],
)
def test_error_is_one_line_and_a_code(
    raised: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ends_with(raised) == code
    out, err = capsys.readouterr()
    assert out == ""
    # Click first ends the line on which ^C was echoed.
    err = err.lstrip("\n")
    assert err.startswith(said)
    assert err.count("\n") == 1


def test_exit_code_of_the_context_is_kept() -> None:
    def leave() -> None:
        click.get_current_context().exit(1)

    assert ends_with(leave) == 1
    assert ends_with(lambda: None) == 0


def test_debugging_lets_the_traceback_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KASTOR_DEBUG", "1")

    @click.command()
    def command() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(command, "kastor", [])
