"""How a command ends: exit codes, and errors as one line on standard error."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from ..errors import AthleteError, GoalError, KastorError, PlanError, ProtectedError

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
DEBUG = "KASTOR_DEBUG"


def run(command: click.Command, name: str, args: Sequence[str] | None = None) -> NoReturn:
    """Run a click command and leave the process with its exit code.

    Commands return nothing on success; they end early by ``ctx.exit(code)`` or by raising a `KastorError`.
    """
    sys.exit(_call(command, name, args))


def one_line(error: BaseException) -> str:
    """Return what a runner should read of an error, on one line.

    A `KastorError` speaks for itself. Anything else is a mistake of this software and is called that.
    """
    if isinstance(error, KastorError):
        return str(error)
    if isinstance(error, MemoryError):
        return "not enough memory for this recording"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return f"a mistake in kastor_analysis, not yours ({what}). Set {DEBUG}=1 to see where"


def say(text: str) -> None:
    """Write one line to standard error, in whatever characters it can show."""
    encoding = sys.stderr.encoding or "utf-8"
    click.echo(text.encode(encoding, "replace").decode(encoding), err=True)


def tell(text: str = "", *, nl: bool = True) -> None:
    """Write a result to standard output, in ASCII where the output or the locale asks for it."""
    from ..render.glyphs import can_show_unicode, plain

    click.echo(text if can_show_unicode(sys.stdout) else plain(text), nl=nl)


def tell_json(text: str) -> None:
    """Write JSON to standard output, with escapes for what the output cannot hold."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        text = re.sub(r"[^\x00-\x7f]", lambda match: json.dumps(match[0])[1:-1], text)
    click.echo(text)


def debugging() -> bool:
    """Whether the user wants tracebacks of unexpected errors."""
    return bool(os.environ.get(DEBUG))


def _call(command: click.Command, name: str, args: Sequence[str] | None) -> int:
    try:
        code = command.main(args, prog_name=name, standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        error.show()
        return USAGE
    except click.ClickException as error:
        say(f"{name}: {error.format_message()}")
        return FAILED
    except (click.Abort, KeyboardInterrupt):
        say(f"{name}: stopped")
        return INTERRUPTED
    except (AthleteError, GoalError, PlanError, ProtectedError) as error:
        # Who ran, what was to be run and where to write is said on the command line: wrong usage, no bad recording.
        say(f"{name}: {error}")
        return USAGE
    except BrokenPipeError:
        # The reader (head, less) has gone: nobody is left to tell. Keep the interpreter's last flush quiet, too.
        # Click ends the same way where it meets the broken pipe first.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return FAILED
    except Exception as error:
        if debugging():
            raise
        say(f"{name}: {one_line(error)}")
        return FAILED
    return code if isinstance(code, int) else OK
