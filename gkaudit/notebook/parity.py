"""Whether two runs of a notebook say the same: what one engine made beside what another made."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["differences"]

#: What differs between any two runs: moments, addresses of objects, names of widgets and of processes.
_MOMENTS = {"execution", "start_time", "end_time", "duration", "output_path"}
_VOLATILE = re.compile(r"\b0x[0-9a-f]{6,}\b|(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])|(?<=ipykernel_)\d+")
_WIDGETS = "application/vnd.jupyter.widget-state+json"


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Where two executed notebooks differ, each in a clause (``第3格的输出``); empty where they agree.

    Times, addresses of objects and random names of widgets do not count.
    """
    cells, others = one["cells"], other["cells"]
    found = [] if len(cells) == len(others) else [f"格数（{len(cells)} 与 {len(others)}）"]
    for number, (cell, twin) in enumerate(zip(cells, others, strict=False), 1):
        found += [f"第{number}格的{what}" for what in _parts(cell, twin)]
    if _plain(_metadata(one)) != _plain(_metadata(other)):
        found.append("笔记本的元数据")
    if _widgets(one) != _widgets(other):
        found.append("控件的状态")
    return found


def _parts(cell: Mapping[str, Any], twin: Mapping[str, Any]) -> Iterator[str]:
    names = {"cell_type": "类型", "source": "代码", "execution_count": "序号", "metadata": "元数据", "outputs": "输出"}
    for key, name in names.items():
        if _plain(cell.get(key)) != _plain(twin.get(key)):
            yield name


def _metadata(notebook: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in notebook["metadata"].items() if key != "widgets"}


def _widgets(notebook: Mapping[str, Any]) -> list[str]:
    """The states of all widgets, whatever their names."""
    saved = notebook["metadata"].get("widgets", {}).get(_WIDGETS, {})
    return sorted(_plain(state) for state in saved.get("state", {}).values())


def _plain(value: Any) -> str:
    text = json.dumps(_timeless(value), sort_keys=True, ensure_ascii=False)
    return _VOLATILE.sub("·", text)


def _timeless(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _timeless(each) for key, each in value.items() if key not in _MOMENTS}
    if isinstance(value, list | tuple):
        return [_timeless(each) for each in value]
    return value
