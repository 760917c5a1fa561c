"""The two neural networks: where lines of text are, and what a line says.

RapidOCR's wheel carries the PP-OCR models; they are run by onnxruntime directly, so that nothing can be
fetched, logged or written. One set of sessions a process, made when first needed.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from gkaudit.errors import GkauditError

__all__ = ["EngineError", "Pixels", "Reading", "find_lines", "read_lines"]

#: An array of pixels: grey (height, width), or blue, green, red in a third dimension; one byte each.
Pixels = NDArray[Any]

#: Height of a line for the recogniser, least width, and the widths in between by which lines are batched.
_HEIGHT, _NARROWEST, _STEP = 48, 64, 32
#: Pixels of width in one run of the recogniser; more at a time are slower, since they leave the cache.
_BATCH_WIDTH = 1280
_LONGEST = 3200
#: The detector: share of certainty of a pixel and of a line, and how far a line reaches beyond its core.
_PIXEL_CERTAIN, _LINE_CERTAIN, _UNCLIP = 0.3, 0.5, 1.6
_THINNEST = 3


class EngineError(GkauditError):
    """The models are not where the wheel of rapidocr puts them."""


class Reading(NamedTuple):
    """A line as read. ``scores`` has the certainty (0 to 1) of each character of ``text``."""

    text: str
    scores: tuple[float, ...]

    @property
    def least(self) -> float:
        """Certainty of the least certain character; 0 where nothing was read."""
        return min(self.scores, default=0.0)

    @property
    def mean(self) -> float:
        """Mean certainty; 0 where nothing was read."""
        return sum(self.scores) / len(self.scores) if self.scores else 0.0


def _model(kind: str) -> Path:
    spec = importlib.util.find_spec("rapidocr")
    folder = Path(spec.origin).parent / "models" if spec and spec.origin else Path()
    # Newer wheels may bring newer models; the names keep their parts and the largest is the best.
    found = sorted(folder.glob(f"*_{kind}_*.onnx"), key=lambda path: path.stat().st_size)
    if not found:
        raise EngineError(
            f"rapidocr 安装不完整，缺少文字识别模型（{kind}）；请重新安装：pip install --force-reinstall rapidocr"
        )
    return found[-1]


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1 if multiprocessing.parent_process() else min(2, os.cpu_count() or 1)
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # A thread that spins while it waits takes the core from the next file of the batch.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    cv2.setNumThreads(min(2, os.cpu_count() or 1))
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@cache
def _recogniser() -> tuple[onnxruntime.InferenceSession, str, tuple[str, ...]]:
    """The session, the name of its input, and the character of each class (class 0 is none)."""
    session = _session(_model("rec"))
    known = session.get_modelmeta().custom_metadata_map.get("character")
    if not known:
        raise EngineError("rapidocr 的识别模型缺少字符表；请安装 rapidocr 3.10 或更高版本")
    return session, session.get_inputs()[0].name, ("", *known.splitlines(), " ")


@cache
def _detector() -> tuple[onnxruntime.InferenceSession, str]:
    session = _session(_model("det"))
    return session, session.get_inputs()[0].name


def read_lines(lines: Sequence[Pixels], least_width: int = _NARROWEST) -> list[Reading]:
    """Read pictures of single lines (grey, dark on light). ``least_width`` pads short ones."""
    scaled = [_scaled(line) for line in lines]
    order = sorted(range(len(lines)), key=lambda i: scaled[i].shape[1])
    readings = [Reading("", ())] * len(lines)
    while order:
        # From the widest down: the first line of a batch says how wide it is.
        width = max(least_width, -(-scaled[order[-1]].shape[1] // _STEP) * _STEP)
        count = max(1, _BATCH_WIDTH // width)
        chosen, order = order[-count:], order[:-count]
        for place, reading in zip(chosen, _run([scaled[i] for i in chosen], width), strict=True):
            readings[place] = reading
    return readings


def _scaled(line: Pixels) -> Pixels:
    height, width = line.shape
    wide = min(max(round(width * _HEIGHT / height), 1), _LONGEST)
    method = cv2.INTER_AREA if height > _HEIGHT else cv2.INTER_LINEAR
    return cv2.resize(line, (wide, _HEIGHT), interpolation=method)


def _run(lines: list[Pixels], width: int) -> list[Reading]:
    session, name, characters = _recogniser()
    batch = np.zeros((len(lines), 3, _HEIGHT, width), np.float32)
    for row, line in zip(batch, lines, strict=True):
        row[:, :, : line.shape[1]] = line.astype(np.float32) / 127.5 - 1
    certain: NDArray[Any] = session.run(None, {name: batch})[0]
    return [_decoded(one, characters) for one in certain]


def _decoded(certain: NDArray[Any], characters: tuple[str, ...]) -> Reading:
    """Characters from the certainty of each class at each step: a class that goes on is one character."""
    best = certain.argmax(axis=1)
    text: list[str] = []
    scores: list[float] = []
    before = 0
    for step, now in enumerate(best.tolist()):
        if now and now != before:
            text.append(characters[now])
            scores.append(float(certain[step, now]))
        elif now:
            scores[-1] = max(scores[-1], float(certain[step, now]))
        before = now
    return Reading("".join(text), tuple(scores))


def find_lines(page: Pixels, shrink: float) -> list[tuple[int, int, int, int]]:
    """Boxes (left, top, right, bottom) of lines of text on a straight page, in no order.

    ``shrink`` is the scale at which the network looks: characters should end up 12 to 20 pixels high.
    """
    session, name = _detector()
    height, width = page.shape
    tall, wide = (max(32, round(side * shrink / 32) * 32) for side in (height, width))
    small = cv2.resize(page, (wide, tall), interpolation=cv2.INTER_AREA).astype(np.float32) / 127.5 - 1
    certain: NDArray[Any] = session.run(None, {name: np.repeat(small[None, None], 3, axis=1)})[0][0, 0]
    core = (certain > _PIXEL_CERTAIN).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(core)
    boxes = []
    for number in range(1, count):
        left, top, across, down, area = (int(v) for v in stats[number])
        part = labels[top : top + down, left : left + across] == number
        if (
            min(across, down) < _THINNEST
            or certain[top : top + down, left : left + across][part].mean() < _LINE_CERTAIN
        ):
            continue
        grow = area * _UNCLIP / (2 * (across + down))
        box = (left - grow, top - grow, left + across + grow, top + down + grow)
        boxes.append(tuple(round(v * f) for v, f in zip(box, (width / wide, height / tall) * 2, strict=True)))
    return [(max(a, 0), max(b, 0), min(c, width), min(d, height)) for a, b, c, d in boxes]
