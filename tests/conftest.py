"""Fixtures for all tests: what may be missing on a machine, and what happens then.

Real recordings (``../shared/real``) and Chromium are not part of a clone. A test that needs one skips, with the reason,
where it is missing; where the environment variable ``KASTOR_REQUIRE`` names it (``shared``, ``browser``, joined by
commas) the test fails instead, so that nothing can skip unseen in continuous integration.
"""

from __future__ import annotations

import os

# Before NumPy is imported: as on the command line, and because test processes already fill the cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import shutil
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# The same examples in every run, so that a change fails for what it changed; KASTOR_EXPLORE=1, as in .ci/full, looks
# for new ones.
settings.register_profile(
    "kastor",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not os.environ.get("KASTOR_EXPLORE"),
)
settings.load_profile("kastor")


def missing(what: str, reason: str) -> NoReturn:
    """Skip the test with `reason`, or fail it where ``KASTOR_REQUIRE`` names `what`."""
    if what in os.environ.get("KASTOR_REQUIRE", "").replace(" ", "").split(","):
        pytest.fail(f"{reason} (KASTOR_REQUIRE asks for {what})", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def real() -> Path:
    """Return the folder of real recordings beside the clone."""
    folder = ROOT.parent / "shared" / "real"
    if not (folder / "sessions").is_dir():
        missing("shared", "the real recordings (../shared/real) are not on this machine")
    return folder


@pytest.fixture(scope="session")
def sample_data() -> Path:
    """Return the folder of the sample recordings that come with the project."""
    return ROOT / "sample_data"


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of Chromium's executable, for browser tests."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    path = os.environ.get("KASTOR_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not path:
        missing("browser", "Chromium is not installed (Debian: apt-get install chromium)")
    return path


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the user's own settings, terminal and season out of the tests."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "CLICOLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path_factory.getbasetemp() / "home"
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
