"""``kastor --man``: the manual page, made from the help of every verb.

``kastor --man > ~/.local/share/man/man1/kastor.1`` installs it. Text is escaped as roff needs it; options, verbs and
their words are what click knows of them, so that the page cannot differ from the program.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from .._version import __version__
from .running import EXIT_CODES

ENVIRONMENT = (
    ("KASTOR_UNITS", "unit of paces and distances: km or mi"),
    ("KASTOR_SEASON", "where the season is kept"),
    ("KASTOR_DEBUG", "1: show where a mistake of the program itself is"),
    ("NO_COLOR", "no colours"),
    ("COLUMNS", "width of a pipe; 80 by default"),
)


def man_page(kastor: click.Group) -> str:
    """Return the manual page of ``kastor`` and its verbs, in roff."""
    return "\n".join(_lines(kastor)) + "\n"


def _lines(kastor: click.Group) -> Iterator[str]:
    yield f'.TH KASTOR 1 "" "kastor_analysis {__version__}" "User Commands"'
    yield ".SH NAME"
    yield "kastor, analyze \\- " + _roff(kastor.get_short_help_str(80).rstrip("."))
    yield ".SH SYNOPSIS"
    yield from (".B analyze\n.I FILE... [options]", ".br", ".B kastor\n.I VERB [words] [options]")
    yield ".SH DESCRIPTION"
    yield from _prose(kastor)
    yield ".PP"
    yield "The verb analyze is a command of its own as well."
    with click.Context(kastor, info_name="kastor") as context:
        yield ".SH OPTIONS"
        yield from _options(kastor, context)
        yield ".SH VERBS"
        yield from _verbs(kastor, context)
    yield ".SH EXIT STATUS"
    for code, meaning in EXIT_CODES.items():
        yield from (".TP", str(code), _roff(meaning))
    yield ".SH ENVIRONMENT"
    for name, meaning in ENVIRONMENT:
        yield from (".TP", f".B {name}", _roff(meaning))


def _verbs(group: click.Group, context: click.Context) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        with click.Context(command, info_name=name, parent=context) as inner:
            words = " ".join(command.collect_usage_pieces(inner))
            yield from (f'.SS "{_roff(inner.command_path)} {_roff(words)}"', *_prose(command))
            yield from _options(command, inner)
            if isinstance(command, click.Group):
                yield from _verbs(command, inner)


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for param in command.get_params(context):
        record = param.get_help_record(context) if isinstance(param, click.Option) else None
        if record is not None:
            yield from (".TP", f'.B "{_roff(record[0])}"', _roff(record[1]))


def _prose(command: click.Command) -> Iterator[str]:
    """Return the help of a command, paragraph by paragraph; what click is not to wrap stays as it stands."""
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith("\b"):
            yield from (".nf", *map(_roff, paragraph.splitlines()[1:]), ".fi")
        else:
            yield from (".PP", _roff(" ".join(paragraph.split())))


def _roff(text: str) -> str:
    text = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return re.sub(r"^([.'])", r"\\&\1", text)
