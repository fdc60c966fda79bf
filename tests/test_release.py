"""The release: what is in the packages, what PyPI shows, and what a user's type checker sees."""

from __future__ import annotations

import email
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from kastor_analysis import __version__

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
HOME = PROJECT["urls"]["Homepage"]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], zipfile.ZipFile]:
    """Return the names in the sdist, and the wheel."""
    pytest.importorskip("hatchling")
    pytest.importorskip("hatch_fancy_pypi_readme")
    out = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", out], cwd=ROOT, check=True, capture_output=True)
    with tarfile.open(next(out.glob("*.tar.gz"))) as sdist:
        names = {name.split("/", 1)[1] for name in sdist.getnames()}
    return names, zipfile.ZipFile(next(out.glob("*.whl")))


def test_sdist_has_all_that_is_kept_under_version_control(packages: tuple[set[str], zipfile.ZipFile]) -> None:
    git = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    kept = set(git.stdout.split()) or {"docs/index.md", "notebooks/README.md", "tests/conftest.py", "noxfile.py"}
    assert kept - packages[0] == set()
    assert not [name for name in packages[0] if "__pycache__" in name or name.startswith((".venv", "docs/_build"))]


def test_wheel_has_the_package_and_nothing_else(packages: tuple[set[str], zipfile.ZipFile]) -> None:
    names = set(packages[1].namelist())
    assert {name.split("/")[0] for name in names} == {"kastor_analysis", f"kastor_analysis-{__version__}.dist-info"}
    inside = {name for name in packages[0] if name.startswith("kastor_analysis/")}
    assert {name for name in names if name.startswith("kastor_analysis/")} == inside
    assert "kastor_analysis/py.typed" in inside


def test_every_link_that_pypi_shows_leads_somewhere(packages: tuple[set[str], zipfile.ZipFile]) -> None:
    names, wheel = packages
    metadata = email.message_from_bytes(wheel.read(f"kastor_analysis-{__version__}.dist-info/METADATA"))
    shown = metadata.get_payload()
    assert isinstance(shown, str)
    targets = re.findall(r"\]\(([^)#]+)", shown)
    assert len(targets) == len(re.findall(r"\]\(([^)#]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    for target in targets:
        assert target.startswith("https://")
        if target.startswith(HOME):
            assert re.sub(rf"^{re.escape(HOME)}/(raw|blob)/main/", "", target) in names


def test_project_is_at_one_address_and_of_one_version() -> None:
    assert all(url.startswith(HOME) for url in PROJECT["urls"].values())
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in citation
    assert f"\nrepository-code: {HOME}\n" in citation
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert set(re.findall(r"https://example\.org/\w+", pyproject)) <= {HOME}


def test_changelog_keeps_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    titles = re.findall(r"^## (.+)$", text, re.M)
    assert titles[0] == "[Unreleased]" or titles[0].startswith(f"[{__version__}]")
    for title in titles[1:]:
        assert re.fullmatch(r"\[\d+\.\d+\.\d+\] - (\d{4}-\d\d-\d\d|not released)", title)
    kinds = set(re.findall(r"^### (.+)$", text, re.M))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_a_users_script_passes_mypy_strictly(tmp_path: Path) -> None:
    """Checked away from the tree: the types are those of the installed package, which only `py.typed` lets be read."""
    pytest.importorskip("mypy")
    script = tmp_path / "script.py"
    good = Path(__file__).with_name("a_users_script.py").read_text(encoding="utf-8")
    script.write_text(good + "\n\nWRONG: int = ka.analyze('run.fit').advice\n", encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", ROOT / ".mypy_cache/user", script],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    wrong = good.count("\n") + 3
    assert [line.split(": ", 1)[0] for line in run.stdout.splitlines()[:-1]] == [f"script.py:{wrong}"], run.stdout
