"""The recordings with a fault that lie beside the clone: what is said of them is what should be."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT, missing


def test_what_is_said_of_them_is_right() -> None:
    script = ROOT.parent / "shared" / "cases" / "check.py"
    if not script.is_file():
        missing("shared", "the recordings with a fault (../shared/cases) are not on this machine")
    done = subprocess.run([sys.executable, str(script)], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    failed = [line for line in done.stdout.splitlines() if not line.startswith("PASS")]
    assert done.returncode == 0, "\n".join([*failed, done.stderr])
