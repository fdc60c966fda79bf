"""Completion in the shells and the manual page: both know what the commands know."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from kastor_analysis.cli.completion import COMMANDS, SHELLS
from kastor_analysis.cli.manual import man_page
from kastor_analysis.cli.root import kastor
from kastor_analysis.cli.running import EXIT_CODES

from .conftest import Outcome

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def completed(line: str, cwd: Path = ROOT) -> set[tuple[str, ...]]:
    """Return what bash is offered for the last word of a line, each with its type."""
    words = line.split(" ")
    asked = {f"_{words[0].upper()}_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    code = f"from kastor_analysis.cli import analyze, main; {'main' if words[0] == 'kastor' else 'analyze'}()"
    run = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | asked, cwd=cwd, capture_output=True, text=True, check=False
    )
    assert run.stderr == ""
    return {tuple(offer.split(",", 1)) for offer in run.stdout.splitlines()}


def test_verbs_options_values_recipes_and_files_are_offered() -> None:
    assert completed("kastor se") == {("plain", "season")}
    assert ("plain", "--heart-rate-from") in completed("analyze --he")
    assert completed("kastor analyze --units ") == {("plain", "km"), ("plain", "mi")}
    assert completed("analyze --plan kastor-5") == {("plain", "kastor-5k")}
    assert completed("analyze run") == {("file", "run")}
    assert completed("kastor season add tues") == {("file", "tues")}
    assert completed("analyze run.fit --html pa") == {("file", "pa")}


@pytest.mark.parametrize("shell", sorted(SHELLS))
def test_scripts_are_written_where_the_shell_looks(
    shell: str, home: Path, run_command: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELL", f"/usr/bin/{shell}")
    for words in (["--install-completion", shell], ["--install-completion"]):  # again, and by $SHELL: replaced
        assert run_command("kastor", *words).code == 0
    written = [path for path in home.rglob("*") if path.is_file()]
    assert len(written) == len(COMMANDS)
    for path, name in ((SHELLS[shell][0](name), name) for name in COMMANDS):
        assert f"_{name.upper()}_COMPLETE={shell}_complete" in path.read_text()
        if shutil.which(shell):
            assert subprocess.run([shell, "-n", path], check=False).returncode == 0


def test_what_is_no_script_of_ours_stays(home: Path, run_command: Callable[..., Outcome]) -> None:
    other = SHELLS["bash"][0]("kastor")
    other.parent.mkdir(parents=True)
    other.write_text("mine")
    assert run_command("kastor", "--install-completion", "bash").code == 1
    assert other.read_text() == "mine"
    assert run_command("kastor", "--install-completion", "csh").code == 2


def commands(group: click.Group, context: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context)
        yield command, inner
        if isinstance(command, click.Group):
            yield from commands(command, inner)


def test_manual_page_tells_every_verb_and_option(run_command: Callable[..., Outcome]) -> None:
    page = man_page(kastor)
    assert run_command("kastor", "--man").out == page
    plain = page.replace("\\-", "-")
    n = 0
    for command, context in commands(kastor, click.Context(kastor, info_name="kastor")):
        section = plain.split(f'.SS "{context.command_path} ', 1)[1].split(".SS", 1)[0]
        for param in command.params:
            n += 1
            assert isinstance(param, click.Argument) or param.hidden or param.opts[0] in section
    assert n > 50


@pytest.mark.skipif(not shutil.which("groff"), reason="no groff here")
def test_manual_page_is_sound_roff() -> None:
    run = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-Wbreak"],
        input=man_page(kastor), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.stderr == ""
    assert "--install-completion" in re.sub(r"\x1b\[[\d;]*m|.\x08", "", run.stdout)


def test_documentation_has_the_table_of_exit_codes() -> None:
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", text, re.M)
    assert {int(code): meaning for code, meaning in rows} == EXIT_CODES
