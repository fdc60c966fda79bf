"""Write `kastor_analysis/cli/help_text.py`: what ``analyze --help`` and ``kastor --help`` print.

Run ``python tools/write_help.py`` after a change of an option; a test holds the text to what click prints.
"""

from __future__ import annotations

from pathlib import Path

import click

from kastor_analysis.cli import HELP_COLUMNS
from kastor_analysis.cli.analyze import analyze
from kastor_analysis.cli.root import kastor

TARGET = Path(__file__).parents[1] / "kastor_analysis" / "cli" / "help_text.py"
HEADER = '''"""What ``--help`` prints, told without importing click. Made by ``tools/write_help.py``; do not edit."""

from __future__ import annotations

HELP_TEXT = {
'''


def help_of(command: click.Command, name: str) -> str:
    """Return what click prints for the help of a command."""
    context = command.make_context(name, [], resilient_parsing=True, terminal_width=HELP_COLUMNS - 2)
    return command.get_help(context) + "\n"


def module() -> str:
    """Return the module's source."""
    texts = {"analyze": help_of(analyze, "analyze"), "kastor": help_of(kastor, "kastor")}
    return HEADER + "".join(f'    "{name}": """\\\n{text}""",\n' for name, text in texts.items()) + "}\n"


if __name__ == "__main__":
    TARGET.write_text(module(), encoding="utf-8")
