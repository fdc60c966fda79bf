"""What `.ci/full` runs besides `.ci/run`, each in an environment of its own: ``nox -l`` lists it."""

from __future__ import annotations

import json
from pathlib import Path

import nox

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
LEAST_COMPLETE = 0.99
"""Of the types of all that a user can import, as pyright counts."""


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests with the newest versions of everything."""
    session.install(".[test]")
    session.run("python", "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *session.posargs)


@nox.session(python=PYTHONS[0], venv_backend="uv")
def lowest(session: nox.Session) -> None:
    """Run the tests with the lowest versions of everything that `pyproject.toml` names."""
    session.install("--resolution", "lowest-direct", ".[test]")
    session.run("python", "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *session.posargs)


@nox.session(python=PYTHONS[0])
def typing(session: nox.Session) -> None:
    """Count how much of the installed package has types that every checker understands alike."""
    session.install(".", "pyright", "pandas-stubs")
    out = Path(session.create_tmp()).resolve()
    # Away from the tree, so that what is installed is looked at.
    with session.chdir(out):
        said = session.run(
            "pyright", "--verifytypes", "kastor_analysis", "--ignoreexternal", "--outputjson",
            silent=True, success_codes=[0, 1],
        )  # fmt: skip
    share = json.loads(str(said)[str(said).index("{") :])["typeCompleteness"]["completenessScore"]
    session.log(f"types are {share:.2%} complete")
    if share < LEAST_COMPLETE:
        session.error(f"less than {LEAST_COMPLETE:.0%}: run pyright --verifytypes kastor_analysis --ignoreexternal")


@nox.session(python=PYTHONS[0])
def package(session: nox.Session) -> None:
    """Build what is released, and have everybody look at it who judges packages."""
    session.install("build", "twine", "check-wheel-contents", "pyroma", "hatchling", "hatch-fancy-pypi-readme")
    dist = Path(session.create_tmp()).resolve() / "dist"
    for old in dist.glob("*"):
        old.unlink()
    session.run("python", "-m", "build", "--outdir", str(dist))  # the wheel from the sdist, as whoever gets that builds
    made = [str(path) for path in sorted(dist.iterdir())]
    session.run("twine", "check", "--strict", *made)
    session.run("check-wheel-contents", *(path for path in made if path.endswith(".whl")))
    session.run("pyroma", "--min", "10", ".")


@nox.session(python=PYTHONS[0])
def installed(session: nox.Session) -> None:
    """Use the package as `pip install` leaves it, away from its source: nothing of the tests' is there."""
    session.install(".")
    sample = Path("sample_data/kastor-good.fit").resolve()
    with session.chdir(session.create_tmp()):
        session.run("analyze", str(sample), "--goal", "5k 20:00", "--html", "page.html", "--plot", "run.png", "--force")
        session.run("kastor", "plan", "list")
        session.run("kastor", "--man", silent=True)
