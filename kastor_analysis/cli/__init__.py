"""The command line: ``analyze`` (= ``kastor analyze``) and ``kastor`` with every other verb.

Conventions: results go to standard output, everything said about the work to standard error. Exit codes: 0 fine, 1
something could not be done (a file could not be analysed), 2 wrong usage, 130 stopped by Ctrl-C. An error is one line,
never a traceback. Commands are imported when they are called, so that ``analyze`` loads neither the season nor pandas
nor matplotlib.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress

__all__ = ["analyze", "main"]

_NEED_AN_END = {"multiprocessing", "matplotlib", "pytest", "coverage", "cProfile"}


def analyze() -> None:
    """Run the command ``analyze``."""
    _run("analyze")


def main() -> None:
    """Run the command ``kastor``."""
    _run("kastor")


def _run(name: str) -> None:
    try:
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
        with suppress(OSError):
            os.write(2, f"{name}: stopped\n".encode())
        os._exit(130)


def _leave_at_once(code: object) -> None:
    """End the process as it is, which saves it 30 ms of taking itself apart; all output has been written out by then.

    Not where something is left to be done at the end: a pool's processes, matplotlib's folders, a developer's tools.
    """
    if not isinstance(code, int) or _NEED_AN_END & sys.modules.keys() or os.environ.get("KASTOR_DEBUG"):
        return
    os._exit(code)


def _one_thread() -> None:
    """Keep NumPy's linear algebra to one thread, unless the user said otherwise; before NumPy is imported.

    The systems solved here are small: threads cost more than they give, and many times that on a busy machine.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, "1")
