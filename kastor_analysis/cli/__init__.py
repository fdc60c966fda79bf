"""The command line: ``analyze`` (= ``kastor analyze``) and ``kastor`` with every other verb.

Conventions: results go to standard output, everything said about the work to standard error. Exit codes: 0 fine, 1
something could not be done (a file could not be analysed), 2 wrong usage, 130 stopped by Ctrl-C. An error is one line,
never a traceback. Commands are imported when they are called, so that ``analyze`` loads neither the season nor pandas
nor matplotlib.
"""

from __future__ import annotations

import os
from contextlib import suppress

__all__ = ["analyze", "main"]


def analyze() -> None:
    """Run the command ``analyze``."""
    _run("analyze")


def main() -> None:
    """Run the command ``kastor``."""
    _run("kastor")


def _run(name: str) -> None:
    try:
        _one_thread()
        if name == "analyze":
            from .analyze import analyze as command
        else:
            from .root import kastor as command
        if f"_{name.upper()}_COMPLETE" in os.environ:
            from . import completion  # noqa: F401 (a shell asks what a word may become)
        from .running import run

        run(command, name)
    except KeyboardInterrupt:
        # While the command was still being loaded: nothing is to be cleaned up.
        with suppress(OSError):
            os.write(2, f"{name}: stopped\n".encode())
        os._exit(130)


def _one_thread() -> None:
    """Keep NumPy's linear algebra to one thread, unless the user said otherwise; before NumPy is imported.

    The systems solved here are small: threads cost more than they give, and many times that on a busy machine.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, "1")
