"""How a command ends: exit codes, errors as one line on standard error, and whatever happens to its streams.

Conventions: nobody reads the output (a closed pipe), there is none (``>&-``), Ctrl-C at any moment, a system that shuts
down: each ends quietly, with its exit code. What libraries warn of is for developers and shown only when debugging.
"""

from __future__ import annotations

import os
import re
import signal
import stat
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import Final, NoReturn

import click

from ..errors import AthleteError, GoalError, KastorError, PlanError, ProtectedError
from ..words.escapes import shown, shown_json, shown_lines

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
EXIT_CODES: Final = {
    OK: "fine",
    FAILED: "a file could not be analysed or written",
    USAGE: "wrong usage: an option, a goal or a plan that cannot be, or an output in the place of what must stay",
    INTERRUPTED: "stopped by Ctrl-C; 143 by `kill`, 129 as its terminal was closed",
}
"""As the manual page and the documentation tell them."""
_SIGNALLED: Final = 128
"""A shell calls what a signal ended by this and the signal's number."""
_ENDED_BY: Final[dict[int, tuple[type[BaseException], ...]]] = {
    USAGE: (click.UsageError, AthleteError, GoalError, PlanError, ProtectedError),
    INTERRUPTED: (click.Abort, KeyboardInterrupt),
    FAILED: (BaseException,),
}
"""What ends a command with which code, the first that fits. Who ran, what was to be run and where to write is said on
the command line: wrong usage, no bad recording."""
DEBUG = "KASTOR_DEBUG"
_SIZES = re.compile(r"0*[1-9]\d{0,3}", re.ASCII)
_EMPTY = re.compile(r"(?:--[\w-]+=)?\s*")


def run(command: click.Command, name: str, args: Sequence[str] | None = None) -> NoReturn:
    """Run a click command and leave the process with its exit code.

    Commands return nothing on success; they end early by ``ctx.exit(code)`` or by raising a `KastorError`.
    """
    _mend_surroundings()
    with interrupts:
        code = _call(command, name, args)
        if not _flushed():
            code = code or FAILED
    if code == INTERRUPTED and interrupts.came:
        code = _SIGNALLED + interrupts.came
        if "multiprocessing" not in sys.modules:
            # Python would end itself by the signal where that came inside its exec(); a pool has to be cleaned up.
            os._exit(code)
    sys.exit(code)


def exit_code(error: BaseException) -> int:
    """Return the code that a command ends with which an error ended."""
    return next(code for code, kinds in _ENDED_BY.items() if isinstance(error, kinds))


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
    click.echo(shown(text).encode(encoding, "replace").decode(encoding), err=True)


def tell(text: str = "", *, nl: bool = True) -> None:
    """Write a result to standard output, in ASCII where the output or the locale asks for it."""
    from ..render.glyphs import can_show_unicode, plain

    text = shown_lines(text)
    click.echo(text if can_show_unicode(sys.stdout) else plain(text), nl=nl)


def tell_json(text: str) -> None:
    """Write JSON to standard output, with escapes for what the output cannot hold."""
    import json

    text = shown_json(text)
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        text = re.sub(r"[^\x00-\x7f]", lambda match: json.dumps(match[0])[1:-1], text)
    click.echo(text)


def debugging() -> bool:
    """Whether the user wants tracebacks of unexpected errors."""
    return bool(os.environ.get(DEBUG))


def quiet_warnings() -> None:
    """Keep to itself what libraries warn of, unless somebody asked for it."""
    asked_for = debugging() or sys.warnoptions or any(action == "error" for action, *_ in warnings.filters)
    if not asked_for:
        warnings.simplefilter("ignore")


def quiet_pictures() -> None:
    """Keep to itself what matplotlib logs (that it builds a cache of fonts, that a folder cannot be written).

    Nor is it asked for a window: what ``MPLBACKEND`` names for notebooks may not be there.
    """
    import logging

    os.environ["MPLBACKEND"] = "agg"
    logging.getLogger("matplotlib").setLevel(logging.CRITICAL)


class _Interrupts:
    """Ctrl-C, `kill` and the end of the terminal while a command runs: each unwinds it, so that nothing is left behind.

    What came is noted, so that it is known also where a library turns it into an error of its own. Afterwards, while
    the interpreter cleans up, it comes too late and is ignored. A shell that runs a command in the background has it
    ignore Ctrl-C, as ``nohup`` does the end of the terminal: that is left so.

    Attributes
    ----------
    came : int
        The number of the signal, 0 where none came.
    """

    def __init__(self) -> None:
        self.came = 0
        self._heard: list[int] = []

    def __enter__(self) -> None:
        self.came = 0
        by_default = (signal.default_int_handler, signal.SIG_DFL)
        numbers = (getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP"))
        self._heard = [number for number in numbers if number and signal.getsignal(number) in by_default]
        for number in self._heard:
            signal.signal(number, self._noted)

    def __exit__(self, *_: object) -> None:
        for number in self._heard:
            signal.signal(number, signal.SIG_IGN)

    def check(self) -> None:
        """Raise `KeyboardInterrupt` where the command was to stop, whatever became of it."""
        if self.came:
            raise KeyboardInterrupt

    def _noted(self, number: int, frame: FrameType | None) -> None:
        self.came = number
        raise KeyboardInterrupt


interrupts: Final = _Interrupts()
"""Of this process."""


def _mend_surroundings() -> None:
    """Make good what the surroundings may lack: open standard streams, and sizes of a terminal that can be."""
    quiet_warnings()
    for name in ("COLUMNS", "LINES"):
        if not _SIZES.fullmatch(os.environ.get(name, "80")):
            del os.environ[name]
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            # A file that is opened later must not become the standard output by accident.
            try:
                os.fstat(number)
            except OSError:
                os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 (as long as the process lives)


def _check_words(words: Sequence[str]) -> None:
    """Refuse words that are empty: they come from an unset variable of a script, and an empty path is a folder."""
    for before, word in zip(("", *words), words, strict=False):
        if _EMPTY.fullmatch(word):
            after = f" after {before}" if before.startswith("-") else ""
            raise click.UsageError(f"the word {word!r}{after} is empty (a variable of a script that is not set?)")


def _check_output() -> None:
    """Refuse a recording, or another file that must stay, as what the output is added to: ``>> run.fit``."""
    with suppress(OSError):
        found = os.fstat(1)
        if stat.S_ISREG(found.st_mode) and found.st_size:
            from ..files.saving import Saver

            Saver().check_stream(1, "standard output")


def _flushed() -> bool:
    """Write out what is still to be written; where that cannot be, keep the interpreter from trying it again."""
    is_written = True
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            is_written = False
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    return is_written


def _call(command: click.Command, name: str, args: Sequence[str] | None) -> int:
    try:
        try:
            return _run(command, name, args)
        except Exception:
            interrupts.check()
            raise
    except (Exception, KeyboardInterrupt) as error:
        _say_why(error, name)
        return exit_code(error)


def _say_why(error: BaseException, name: str) -> None:
    """Say on standard error why a command ends; a mistake of this software is raised again when debugging."""
    if isinstance(error, click.UsageError):
        said = shown_lines(error.format_message())
        if said.startswith("Usage:"):  # a command without a word: what is said is the help
            click.echo(said, err=True)
        else:
            click.UsageError(said, error.ctx).show()
    elif isinstance(error, click.ClickException):
        say(f"{name}: {error.format_message()}")
    elif isinstance(error, click.Abort | KeyboardInterrupt):
        with suppress(OSError):  # the terminal may be what has gone
            say(f"{name}: stopped")
    elif isinstance(error, BrokenPipeError):
        pass  # the reader (head, less) has gone: nobody is left to tell; click ends alike where it meets it first
    elif debugging() and not isinstance(error, KastorError):
        raise error
    else:
        say(f"{name}: {one_line(error)}")


def _run(command: click.Command, name: str, args: Sequence[str] | None) -> int:
    _check_words(sys.argv[1:] if args is None else args)
    _check_output()
    code = command.main(args, prog_name=name, standalone_mode=False)
    sys.stdout.flush()
    return code if isinstance(code, int) else OK
