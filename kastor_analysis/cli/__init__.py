"""The command line: ``analyze`` (= ``kastor analyze``) and ``kastor`` with every other verb.

Conventions: results go to standard output, everything said about the work to standard error. Exit codes: 0 fine, 1
something could not be done (a file could not be analysed), 2 wrong usage. An error is one line, never a traceback.
Commands are imported when they are called, so that ``analyze`` loads neither the season nor pandas nor matplotlib.
"""

from __future__ import annotations

import os

__all__ = ["analyze", "main"]


def analyze() -> None:
    """Run the command ``analyze``."""
    _one_thread()
    from .analyze import analyze as command
    from .running import run

    run(command, "analyze")


def main() -> None:
    """Run the command ``kastor``."""
    _one_thread()
    from .root import kastor
    from .running import run

    run(kastor, "kastor")


def _one_thread() -> None:
    """Keep NumPy's linear algebra to one thread, unless the user said otherwise; before NumPy is imported.

    The systems solved here are small: threads cost more than they give, and many times that on a busy machine.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, "1")
