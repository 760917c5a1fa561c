"""Printing for a reader who may stop reading (``| head``): what is still said goes nowhere, and the work goes on."""

from __future__ import annotations

import os
from typing import Any, TextIO

from rich.console import Console

__all__ = ["PatientConsole", "say", "silence"]


def say(text: str, stream: TextIO) -> None:
    """Print a text."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        silence(stream)


def silence(stream: Any) -> None:
    """Let a stream lead nowhere: Python flushes its streams when it ends, and would end with an error of its own."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, stream.fileno())
    os.close(nothing)


class PatientConsole(Console):
    """A console of rich; by itself that would end the program."""

    def on_broken_pipe(self) -> None:
        """The reader is gone."""
        self.quiet = True
        silence(self.file)
