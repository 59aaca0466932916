"""Failures told instead of thrown: what a screen does with an `IdeaboardError`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ideaboard.errors import IdeaboardError

if TYPE_CHECKING:
    from textual.widget import Widget

T = TypeVar("T")


def tell_error(widget: Widget, error: IdeaboardError) -> None:
    """Show what went wrong and what to do, as plain text."""
    message = error.message[:1].upper() + error.message[1:]
    said = f"{message}\n{error.hint}" if error.hint else message
    widget.notify(said, severity="error", timeout=8, markup=False)


def attempt(widget: Widget, do: Callable[[], T]) -> T | None:
    """Run a use case; a failure becomes a notification, and None."""
    try:
        return do()
    except IdeaboardError as error:
        tell_error(widget, error)
        return None
