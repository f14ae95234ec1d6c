"""What help looks like: plain text that ends with an example."""

import typer
from typer.core import TyperGroup


def group(text: str, example: str, kind: type[TyperGroup] = TyperGroup) -> typer.Typer:
    """Makes a group of commands that shows its help where none of them is named."""
    return typer.Typer(
        cls=kind,
        help=text,
        epilog=shown(example),
        invoke_without_command=True,
        callback=_show_help,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


def shown(example: str) -> str:
    """Gives an example as the help of a command ends with it."""
    return f"\b\nExample:\n  {example}"  # the mark keeps its lines as they are


def _show_help(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())
