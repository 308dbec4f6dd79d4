"""Groups that load a command's module only when it is called or listed."""

from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group whose commands lie in the modules of ``package``, one file per command.

    ``members`` maps a command's name to its module's name; each module has one ``command``.
    """

    def __init__(
        self, *args: Any, package: str = "", members: dict[str, str] | None = None, **rest: Any
    ) -> None:
        super().__init__(*args, **rest)
        self._package = package
        self._members = members or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._members)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = self._members.get(cmd_name)
        if module is None:
            return None
        command = import_module(f"{self._package}.{module}").command
        assert isinstance(command, click.Command)
        return command
