"""Forms of the explorer: deciding, correcting, assuming, sharing. Each shows itself and calls back."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from typing import Any, TypeAlias

import ipywidgets as w

from gkaudit.errors import GkauditError
from gkaudit.html.text import esc
from gkaudit.reviews import KINDS, word
from gkaudit.widgets.words import Say

__all__ = ["Correcting", "Deciding", "Sharing", "author_field"]

#: Does something and returns the sentence that says so; raises GkauditError with the sentence why not.
Act: TypeAlias = Callable[[], str]
_WRAP = w.Layout(flex_flow="row wrap")


def author_field(say: Say, author: str) -> w.Text:
    """Who is working; the same field serves decisions and corrections."""
    try:
        name = author or os.environ.get("GKAUDIT_AUTHOR", "") or getpass.getuser()
    except (KeyError, OSError):
        name = ""
    return w.Text(value=name, description=say("author"), layout=w.Layout(width="220px"))


def _button(text: str, kind: str, style: str = "") -> w.Button:
    button = w.Button(description=text, button_style=style, layout=w.Layout(width="auto"))
    button.add_class(f"gk-x-do-{kind}")
    return button


class _Said:
    """A line under a form that says what came of it."""

    def __init__(self) -> None:
        self.view = w.HTML()

    def run(self, act: Act) -> bool:
        """Do it; whether it went well."""
        try:
            text, kind = act(), "gk-x-said"
        except GkauditError as error:
            text, kind = str(error), "gk-x-refused"
        self.view.value = f'<span class="{kind}">{esc(text)}</span>' if text else ""
        return kind == "gk-x-said"

    def clear(self) -> None:
        self.view.value = ""


class Deciding:
    """Confirm, dismiss, ask, note, withdraw - with the reason."""

    def __init__(self, say: Say, author: w.Text, save: Callable[[str, str, str], str]) -> None:
        options = [(word(f"kind.{kind}", say.lang), kind) for kind in KINDS]
        self.kind = w.Dropdown(options=options, description=say("kind"), layout=w.Layout(width="240px"))
        self.reason = w.Textarea(description=say("reason"), layout=w.Layout(width="98%", height="58px"))
        self.button, self.said, self._author = _button(say("save"), "decide", "primary"), _Said(), author
        self.button.on_click(lambda _: self._save(save))
        title = w.HTML(f"<b>{esc(say('decide'))}</b>")
        line = w.Box([self.kind, author, self.button], layout=_WRAP)
        self.view = w.VBox([title, line, self.reason, self.said.view])
        self.view.add_class("gk-x-group")
        self.kind.add_class("gk-x-kind")
        self.reason.add_class("gk-x-reason")

    def _save(self, save: Callable[[str, str, str], str]) -> None:
        if self.said.run(lambda: save(self.kind.value, self.reason.value, self._author.value)):
            self.reason.value = ""


class Correcting:
    """What the original shows in a cell, and what would be if another number stood there."""

    def __init__(self, say: Say, author: w.Text, acts: dict[str, Callable[..., str]]) -> None:
        self.shown = w.Text(description=say("correct.hint"), layout=w.Layout(width="230px"))
        self.shown.style.description_width = "initial"
        self.blank = w.Checkbox(description=say("correct.blank"), indent=False, layout=w.Layout(width="130px"))
        self.reason = w.Text(description=say("reason"), layout=w.Layout(width="98%"))
        self.assumed = w.Text(description=say("whatif.hint"), layout=w.Layout(width="200px"))
        self.said, self.tried = _Said(), _Said()
        buttons = {
            "correct": _button(say("correct.save"), "correct", "primary"),
            "withdraw": _button(say("correct.withdraw"), "withdraw"),
            "try": _button(say("whatif.try"), "try", "info"),
            "clear": _button(say("whatif.clear"), "clear"),
        }
        calls: dict[str, tuple[_Said, Act]] = {
            "correct": (
                self.said,
                lambda: acts["correct"](self.shown.value, self.blank.value, self.reason.value, author.value),
            ),
            "withdraw": (self.said, lambda: acts["withdraw"](self.reason.value, author.value)),
            "try": (self.tried, lambda: acts["try"](self.assumed.value)),
            "clear": (self.tried, acts["clear"]),
        }
        for name, button in buttons.items():
            button.on_click(lambda _, call=calls[name]: call[0].run(call[1]))
        self.shown.add_class("gk-x-shown")
        self.assumed.add_class("gk-x-assumed")
        self.assumption = w.HTML()
        self.trial = w.VBox(
            [
                w.HTML(f"<b>{esc(say('whatif'))}</b>"),
                w.Box([self.assumed, buttons["try"], buttons["clear"]], layout=_WRAP),
                self.tried.view,
                self.assumption,
            ]
        )
        self.form = w.VBox(
            [
                w.HTML(f"<b>{esc(say('correct'))}</b>"),
                w.Box([self.shown, self.blank, buttons["correct"], buttons["withdraw"]], layout=_WRAP),
                self.reason,
                self.said.view,
            ]
        )
        for part in (self.trial, self.form):
            part.add_class("gk-x-group")

    def clear(self) -> None:
        """Empty for another cell."""
        self.shown.value = self.reason.value = self.assumed.value = ""
        self.blank.value = False
        self.said.clear()
        self.tried.clear()
        self.assumption.value = ""


class Sharing:
    """Pages of what is selected, in a folder of its own."""

    def __init__(self, say: Say, folder: str, share: Callable[[str, Callable[[str], None]], str]) -> None:
        self.title, self.folder = w.HTML(), w.Text(value=folder, description=say("share.dir"))
        self.folder.layout.width = "480px"
        self.button, self.said = _button(say("share.go"), "share", "primary"), _Said()
        self.button.on_click(lambda _: self._go(share))
        self.view = w.VBox([self.title, w.HBox([self.folder, self.button]), self.said.view])

    def _go(self, share: Callable[[str, Callable[[str], None]], str]) -> None:
        def progress(text: str) -> None:
            self.said.view.value = esc(text)

        self.button.disabled = True
        try:
            self.said.run(lambda: share(self.folder.value, progress))
        finally:
            self.button.disabled = False

    def count(self, said: str) -> None:
        """Say how many reports are selected."""
        self.title.value = f"<b>{esc(said)}</b>"


def field(kind: type[w.Widget], label: str, **options: Any) -> Any:
    """One field of the bar that narrows the list."""
    made = kind(description=label, layout=w.Layout(width="230px"), **options)
    made.style.description_width = "5.4em"
    return made
