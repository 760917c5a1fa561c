"""Chromium through its debugging pipe: no port, no extra package, a few dozen lines.

With ``--remote-debugging-pipe`` the browser reads commands from file descriptor 3 and writes answers
and events to 4, each message ended by a zero byte.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import select
import subprocess
import time
from pathlib import Path
from typing import Any, Self

_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
_PATIENCE = 60.0


class Chrome:
    """One headless browser with one tab; collects events of the page."""

    def __init__(self, program: str, profile: Path) -> None:
        read_commands, self._send = os.pipe()
        self._receive, write_answers = os.pipe()

        # First out of the way: one of the two may be 3 or 4 already.
        ends = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (read_commands, write_answers)]

        def plumb() -> None:
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self._process = subprocess.Popen(
            [program, *_QUIET, f"--user-data-dir={profile}", "about:blank"],
            preexec_fn=plumb,  # noqa: PLW1509 - no threads here, and nothing else can place a descriptor
            pass_fds=(3, 4),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for fd in (read_commands, write_answers, *ends):
            os.close(fd)
        self._buffer = b""
        self._last = 0
        self.events: list[dict[str, Any]] = []
        target = self._call("Target.createTarget", {"url": "about:blank"})["targetId"]
        self._session = self._call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Asked politely it takes its helper processes along.
        with contextlib.suppress(OSError, TimeoutError):
            self._call("Browser.close")
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=_PATIENCE)
        os.close(self._send)
        os.close(self._receive)

    def _message(self, until: float) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._receive], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise TimeoutError("chromium says nothing")
            piece = os.read(self._receive, 1 << 20)
            if not piece:
                raise ConnectionError("chromium is gone")
            self._buffer += piece
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)

    def _call(self, method: str, params: dict[str, Any] | None = None, session: str | None = None) -> dict[str, Any]:
        self._last += 1
        request = {"id": self._last, "method": method, "params": params or {}}
        if session:
            request["sessionId"] = session
        os.write(self._send, json.dumps(request).encode() + b"\0")
        until = time.monotonic() + _PATIENCE
        while True:
            message = self._message(until)
            if message.get("id") == self._last:
                if "error" in message:
                    raise RuntimeError(message["error"])
                return message["result"]
            self.events.append(message)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """A command to the tab."""
        return self._call(method, params, self._session)

    def wait_for(self, method: str) -> None:
        """Until an event of the page has come."""
        until = time.monotonic() + _PATIENCE
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self._message(until))

    def open(self, path: Path, width: int = 1280, height: int = 900) -> None:
        """Open a file and wait until it is loaded."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.events.clear()
        self.call("Page.navigate", url=path.as_uri())
        self.wait_for("Page.loadEventFired")

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"].get("value")

    def wait_until(self, script: str) -> None:
        """Until an expression is true in the page."""
        until = time.monotonic() + _PATIENCE
        while not self.run(script):
            if time.monotonic() > until:
                raise TimeoutError(script)
            time.sleep(0.02)

    def promised(self, script: str) -> Any:
        """What a promise in the page comes to."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"].get("value")

    def click(self, selector: str) -> None:
        """A real click with the mouse, so that it works where scripts are off."""
        quoted = json.dumps(selector)
        place = f"""(() => {{
            const found = document.querySelector({quoted});
            found.scrollIntoView({{block: "center", behavior: "instant"}});
            const box = found.getClientRects()[0];
            return [box.x + box.width / 2, box.y + box.height / 2];
        }})()"""
        x, y = self.run(place)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def type(self, text: str) -> None:
        """Keys to what has the focus."""
        self.call("Input.insertText", text=text)

    def press(self, key: str) -> None:
        """One key, e.g. ``Tab``."""
        codes = {"Tab": 9, "Enter": 13}
        typed = {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=codes[key], **typed)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=codes[key])

    def requests(self) -> list[str]:
        """The addresses the page asked for."""
        return [
            event["params"]["request"]["url"]
            for event in self.events
            if event.get("method") == "Network.requestWillBeSent"
        ]

    def complaints(self) -> list[dict[str, Any]]:
        """What was written to the console, policy violations and exceptions."""
        kinds = {"Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"}
        return [event for event in self.events if event.get("method") in kinds]

    def screenshot(self, top: int | None = None, height: int = 900, width: int = 1280) -> bytes:
        """A PNG of the window, or of a part of the page from ``top``."""
        clip = {} if top is None else {"clip": {"x": 0, "y": top, "width": width, "height": height, "scale": 1}}
        answer = self.call("Page.captureScreenshot", captureBeyondViewport=top is not None, **clip)
        return base64.b64decode(answer["data"])

    def pdf(self) -> bytes:
        """The page printed with its own paper size."""
        answer = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        return base64.b64decode(answer["data"])
