"""The command `mentor-outcomes`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

from rich.console import Console
from rich.text import Text

from mentor_outcomes.errors import MentorOutcomesError

EXIT_CODES = """\
exit codes:
  0  check: the run would go on; suggest: something fits; purge: removed, or nothing was there
  1  check: the run would stop; suggest: nothing fits; purge: not confirmed; or a refusal, which
     is printed as one paragraph: what was found, what was expected, what to do
  2  the command line itself is wrong
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command in the current folder and return its exit code."""
    asked = _parser().parse_args(arguments)
    console = Console(highlight=False)
    try:
        return _run(asked, Path(), console)
    except MentorOutcomesError as refused:
        # A traceback is for what nobody foresaw.
        Console(stderr=True, highlight=False).print(
            Text(f"{type(refused).__name__}. {refused}"), soft_wrap=True
        )
        return 1


def _run(asked: argparse.Namespace, root: Path, console: Console) -> int:
    """The commands are imported where they are used: tables take a second to import."""
    if asked.command == "check":
        from mentor_outcomes.commands.check import check

        return check(root, console)
    if asked.command == "suggest":
        from mentor_outcomes.commands.suggest import propose

        return propose(asked.file, asked.source, root, console, sheet=asked.sheet)
    from mentor_outcomes.commands.purge import purge

    return purge(root, console, with_raw=asked.raw, is_confirmed=asked.yes)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mentor-outcomes",
        description="Commands for a study, run in its folder (where params.yaml lies).",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add(
        commands,
        "check",
        "read the raw files as ingest would, say everything that is wrong, write nothing",
    )
    suggest = _add(
        commands,
        "suggest",
        "propose the profile and the columns of a file with unknown headers",
    )
    suggest.add_argument("file", metavar="FILE", help="the file; only its headers are looked at")
    suggest.add_argument("--source", help="which source it is meant for, such as jobs")
    suggest.add_argument("--sheet", help="which sheet of a workbook with several")
    purge = _add(
        commands,
        "purge",
        "remove all person-level data that stages made, and DVC's copies of them; files are "
        "removed, not overwritten, and backups and remotes are not touched",
    )
    purge.add_argument("--raw", action="store_true", help="remove the extracts in data/raw too")
    purge.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _add(commands, name: str, what: str) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=what,
        description=fill(f"{what[0].upper()}{what[1:]}.", 79),
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


if __name__ == "__main__":
    sys.exit(main())
