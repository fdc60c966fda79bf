"""Completion of words in bash, zsh and fish: what the shell asks, and ``kastor --install-completion``.

Conventions: a shell asks by calling the command with ``_KASTOR_COMPLETE`` or ``_ANALYZE_COMPLETE`` set. Where no option
or verb fits, a word is a file; ``--plan`` may be a recipe's name as well. The scripts go where each shell looks for
them by itself; nobody's start-up file is edited.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
)

from ..files.saving import Kind, Saver
from .running import say

COMMANDS = ("kastor", "analyze")
_SCRIPT = Kind("a completion script", ("", ".fish"), lambda content: b"_COMPLETE=" in content)


def _data() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def _config() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")


SHELLS: dict[str, tuple[Callable[[str], Path], str]] = {
    "bash": (
        lambda name: _data() / "bash-completion" / "completions" / name,
        "It holds in the next shell, where the package bash-completion is installed.",
    ),
    "zsh": (
        lambda name: Path.home() / ".zfunc" / f"_{name}",
        "Put this in ~/.zshrc, before compinit is called, unless it is there: fpath+=~/.zfunc",
    ),
    "fish": (lambda name: _config() / "fish" / "completions" / f"{name}.fish", "It holds in the next shell."),
}
"""Shell: where it looks for the script of a command, and what else is to be done."""


class _FilesToo(ShellComplete):
    """Completes as click does, and files where that knows nothing."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """Return what a word may become."""
        found = super().get_completions(args, incomplete)
        if found or incomplete.startswith("-"):
            return found
        if args[-1:] == ["--plan"]:
            from ..plans.recipes import recipe_names

            found = [CompletionItem(name) for name in recipe_names() if name.startswith(incomplete)]
        return found or [CompletionItem(incomplete, type="file")]


for _shell in (BashComplete, ZshComplete, FishComplete):
    add_completion_class(type(_shell.__name__, (_FilesToo, _shell), {}), _shell.name)


def install(shell: str | None) -> None:
    """Write the scripts for a shell, or the one that ``$SHELL`` names.

    Raises
    ------
    click.UsageError
        If it is none of those that are known.
    WriteError
        If something else is in their place.
    """
    shell = shell or Path(os.environ.get("SHELL", "")).name
    if shell not in SHELLS:
        raise click.UsageError(f"there is no completion for the shell {shell!r}. Name one of: {', '.join(SHELLS)}")
    place, hint = SHELLS[shell]
    saver = Saver()
    for name in COMMANDS:
        path = place(name)
        saver.folder(path.parent)
        saver.save(path, script(shell, name), _SCRIPT)
        say(f"written: {path}")
    say(hint)


def script(shell: str, name: str) -> str:
    """Return what a shell is to run for completing the words of a command."""
    kinds: dict[str, type[ShellComplete]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
    return kinds[shell](click.Command(name), {}, name, f"_{name.upper()}_COMPLETE").source()
