"""``kastor demo``: everything in one command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .conftest import Outcome


def test_demo_writes_samples_and_analyses_them(run_command: Callable[..., Outcome], tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    code, out, err = run_command("kastor", "demo", folder)
    assert code == 0, err
    again = run_command("kastor", "demo", folder)
    assert again.code == 0, again.err
    assert "Season: nothing new" in again.out or "Season: 0 sessions added" in again.out
    assert "Score" in out
    assert "Season: 8 sessions added" in out
    assert "Median regular rep" in out
    for name in ("kastor-good.fit", "kastor-good.gpx", "kastor-flawed.fit"):
        assert (folder / name).stat().st_size > 10_000
    looked_at = [line.strip() for line in out.split("To look at:\n")[1].split("To try:")[0].splitlines()]
    assert looked_at
    assert all(Path(path).stat().st_size > 5_000 for path in looked_at)
