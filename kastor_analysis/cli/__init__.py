"""The command line: ``analyze`` (= ``kastor analyze``) and ``kastor`` with every other verb.

Conventions: results go to standard output, everything said about the work to standard error. Exit codes: 0 fine, 1
something could not be done (a file could not be analysed), 2 wrong usage, 130 stopped by Ctrl-C. An error is one line,
never a traceback. Commands are imported when they are called, so that ``analyze`` loads neither the season nor pandas
nor matplotlib; help and version are told without click.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys

from .._version import __version__

__all__ = ["analyze", "main"]

HELP, VERSION = (["-h"], ["--help"]), (["-V"], ["--version"])
HELP_COLUMNS = 80
"""Click writes help for so many columns where there are as many or more."""
_NEED_AN_END = {"multiprocessing", "pytest", "coverage", "cProfile"}


def analyze() -> None:
    """Run the command ``analyze``."""
    _run("analyze")


def main() -> None:
    """Run the command ``kastor``."""
    _run("kastor")


def _run(name: str) -> None:
    try:
        if (text := _told_at_once(name, sys.argv[1:])) is not None:
            code = _written(text)
            _leave_at_once(code)
            raise SystemExit(code)
        _one_thread()
        # What is imported and read lives to the end: a report makes 60,000 objects; to look through them takes 15 ms
        # and frees nothing.
        gc.set_threshold(200_000)
        if name == "analyze":
            from .analyze import analyze as command
        else:
            from .root import kastor as command
        if f"_{name.upper()}_COMPLETE" in os.environ:
            from . import completion  # noqa: F401 (a shell asks what a word may become)
        from .running import run

        try:
            run(command, name)
        except SystemExit as end:
            _leave_at_once(end.code)
            raise
    except KeyboardInterrupt:
        # While the command was still being loaded: nothing is to be cleaned up.
        try:
            os.write(2, f"{name}: stopped\n".encode())
        finally:
            os._exit(130)


def _told_at_once(name: str, words: list[str]) -> str | None:
    """Return what answers these words; None where that takes click, whose import costs three starts of Python."""
    if sys.stdout is None or f"_{name.upper()}_COMPLETE" in os.environ:
        return None
    if words in VERSION:
        return f"kastor_analysis {__version__}\n"
    if words in HELP and _is_wide():
        from .help_text import HELP_TEXT

        return HELP_TEXT[name]
    return None


def _is_wide() -> bool:
    """Whether the output has as many columns as help is written for, or is none that has columns."""
    if "COLUMNS" in os.environ:
        return False
    try:
        return os.get_terminal_size().columns >= HELP_COLUMNS
    except OSError:
        return True


def _written(text: str) -> int:
    """Write text to standard output; return the exit code."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError:
        return 1
    return 0


def _leave_at_once(code: object) -> None:
    """End the process as it is, which saves it from taking itself apart; all output has been written out by then.

    That is 30 ms, and 200 with pandas and matplotlib. Not where a pool's processes are to be ended, or a developer's
    tools; what is registered to be done at the end, such as matplotlib's folders, is done.
    """
    if not isinstance(code, int) or _NEED_AN_END & sys.modules.keys() or os.environ.get("KASTOR_DEBUG"):
        return
    atexit._run_exitfuncs()
    os._exit(code)


def _one_thread() -> None:
    """Keep NumPy's linear algebra to one thread, unless the user said otherwise; before NumPy is imported.

    The systems solved here are small: threads cost more than they give, and many times that on a busy machine.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, "1")
