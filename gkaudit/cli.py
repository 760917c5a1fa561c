"""The command line: verbs only; everything they do is a function elsewhere."""

from __future__ import annotations

import argparse
import atexit
import gc
import json
import re
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from gkaudit import __version__
from gkaudit.errors import GkauditError, SuiteError, UsageError

__all__ = ["main"]

_BAD_USAGE = 3
#: Objects made before the collector looks at them, and how often it looks at older ones (:func:`gc.set_threshold`).
_SELDOM = 100_000, 20, 20


#: What argparse says of a wrong call, and what is said instead; what it says otherwise stays as it is.
_WRONG = (
    (r"the following arguments are required: (.+)", r"缺少 \1"),
    (r"unrecognized arguments: (.+)", r"不认识 \1"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", r"\1 不能是 \2，可以是 \3"),
    (r"argument (.+?): invalid int value: (.+)", r"\1 要写整数，现在是 \2"),
    (r"argument (.+?): expected one argument", r"\1 后面要写一个值"),
    (r"argument (.+?): ignored explicit argument (.+)", r"\1 后面不写值，现在是 \2"),
    (r"ambiguous option: (.+?) could match (.+)", r"\1 不止一种意思，可以是 \2"),
)


class _Parser(argparse.ArgumentParser):
    """Help and errors in Chinese; bad usage ends with 3, as the contract says (argparse would say 2)."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more, add_help=False)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这段说明")

    def format_usage(self) -> str:
        return super().format_usage().replace("usage: ", "用法：", 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "用法：", 1)

    def error(self, message: str) -> NoReturn:
        told = message
        for pattern, words in _WRONG:
            told = re.sub(rf"^{pattern}$", words, told)
        self.print_usage(sys.stderr)
        self.exit(_BAD_USAGE, f"gkaudit：参数有误（{told}）；运行 {self.prog} --help 查看用法\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="gkaudit", description="政府信息公开工作年度报告核查工具")
    parser.add_argument("--version", action="version", version=f"gkaudit {__version__}", help="显示版本")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="动作", parser_class=_Parser)
    _run_parser(verbs)
    _read_parser(verbs)
    _checks_parser(verbs)
    _explain_parser(verbs)
    _suites_parser(verbs)
    _explore_parser(verbs)
    _verb(verbs, "doctor", "检查本机装了哪些组件，缺什么、怎么补", "gkaudit doctor")
    return parser


def _verb(verbs: Any, name: str, summary: str, example: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(
        name, help=summary, description=summary, epilog=f"例：{example}", formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quiet", action="store_true", help="不显示进度和汇总，只报告错误")
    return parser


def _suite_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--expectations", metavar="DIR", help="使用另一个检查文件夹（默认 expectations/）")


def _run_parser(verbs: Any) -> None:
    parser = _verb(verbs, "run", "读取、检查、生成页面（主任务）", "gkaudit run reports_in --out audit_out --jobs 2")
    parser.add_argument(
        "inputs", nargs="*", default=["reports_in"], metavar="INPUT", help="文件或文件夹，默认 reports_in/"
    )
    parser.add_argument(
        "--out", default="audit_out", metavar="DIR", help="结果放在哪里，默认 audit_out/；也可以是 s3://… 等地址"
    )
    parser.add_argument("--jobs", type=int, metavar="N", help="同时工作的进程数，默认为 CPU 核数")
    _suite_option(parser)
    parser.add_argument(
        "--checks",
        default="default",
        metavar="NAME",
        help="检查方案：default（默认）、strict（全部）、arithmetic（只查数字），或一个 JSON 文件",
    )
    parser.add_argument(
        "--units", metavar="FILE", help="编制主体名单（CSV：organ,county,parent,due），核对缺报、期限和汇总"
    )
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="发现和页面的语言，默认 zh")
    parser.add_argument("--no-html", action="store_true", help="只生成数据，不生成页面")
    parser.add_argument(
        "--engine",
        choices=("auto", "fork", "nbclient"),
        default="auto",
        help="运行笔记本的方式：fork 从备好的进程分叉（Linux），nbclient 每份启动一个内核，默认 auto",
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="在已有的 Dask 集群上运行（tcp://主机:8786），local 为本机 Dask 进程"
    )
    parser.add_argument("--fresh", action="store_true", help="不使用上次运行留下的结果，全部重做")
    parser.add_argument("--profile", action="store_true", help="结束时显示各阶段用时")


def _read_parser(verbs: Any) -> None:
    parser = _verb(verbs, "read", "看一份报告读成了什么", "gkaudit read reports_in/某镇2024年报告.txt --json")
    parser.add_argument("file", metavar="FILE", help="一份报告（或内有一份报告的 ZIP；多份时写 包.zip/报告.docx）")
    parser.add_argument("--json", action="store_true", help="输出 JSON，供脚本使用")


def _checks_parser(verbs: Any) -> None:
    parser = _verb(verbs, "checks", "列出全部检查；给出编号时显示一项的依据和做法", "gkaudit checks ARI-02")
    parser.add_argument("id", nargs="?", metavar="ID", help="检查编号，如 ARI-02")
    _suite_option(parser)
    parser.add_argument(
        "--profile",
        "--checks",
        metavar="NAME",
        help="只列出这个检查方案要运行的（与 run --checks 的名称相同，或一个 JSON 文件）",
    )
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="语言，默认 zh")


def _explain_parser(verbs: Any) -> None:
    parser = _verb(
        verbs, "explain", "一份报告哪里不符、可能错在哪里（先事实，后线索）", "gkaudit explain 某镇-2024 ARI-02"
    )
    parser.add_argument("report_id", metavar="REPORT_ID", help="报告编号，见 audit_out/index.html")
    parser.add_argument("check_id", nargs="?", default="", metavar="CHECK_ID", help="只看与这项检查有关的")
    parser.add_argument(
        "--out", type=Path, default=Path("audit_out"), metavar="DIR", help="gkaudit run 的结果文件夹，默认 audit_out/"
    )
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="语言，默认 zh")


def _suites_parser(verbs: Any) -> None:
    parser = _verb(verbs, "suites", "验证 expectations/ 中的检查文件", "gkaudit suites --expectations 我的检查")
    _suite_option(parser)


def _explore_parser(verbs: Any) -> None:
    parser = _verb(verbs, "explore", "在浏览器中查看结果、记录处理、更正识读", "gkaudit explore --out audit_out")
    parser.add_argument(
        "--out", type=Path, default=Path("audit_out"), metavar="DIR", help="结果文件夹，默认 audit_out/"
    )
    parser.add_argument("--sources", type=Path, metavar="DIR", help="放报告原件的文件夹，默认 reports_in/")
    parser.add_argument("--port", type=int, default=0, metavar="N", help="端口，默认取一个空闲的")
    parser.add_argument("--no-browser", action="store_true", help="不打开浏览器，只显示网址")
    parser.add_argument("--page", action="store_true", help="不显示代码，只显示界面（Voilà）")


def _run(args: argparse.Namespace) -> int:
    with _seldom_collecting():
        from gkaudit.batch import Job, run, run_away  # noqa: PLC0415 - Great Expectations and papermill load here
        from gkaudit.remote import is_url  # noqa: PLC0415
        from gkaudit.terminal import Progress, report_outcome, show_timings  # noqa: PLC0415

        asked = {"pages": not args.no_html, "scheduler": args.scheduler, "units": args.units}
        asked |= {"engine": args.engine, "fresh": args.fresh, "profile": args.checks}
        job = Job(tuple(args.inputs), Path(args.out), args.jobs, args.expectations, args.lang, **asked)
        with Progress(quiet=args.quiet) as progress:
            outcome = run_away(job, args.out, progress) if is_url(args.out) else run(job, progress)
        report_outcome(outcome, quiet=args.quiet)
        if args.profile:
            show_timings(outcome.timings)
    return outcome.code


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """What a run keeps, it keeps to the end: looking for garbage among it again and again takes seconds."""
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    # And so does looking once more when the program ends.
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _read(args: argparse.Namespace) -> int:
    from gkaudit.understood import report_json, show_report  # noqa: PLC0415
    from gkaudit.workers import read_path  # noqa: PLC0415

    if Path(args.file).is_dir():
        raise UsageError(f"{args.file}：这是文件夹；请写明其中一份报告，或用 gkaudit run 读取全部")
    report = read_path(args.file)
    if args.json:
        sys.stdout.write(json.dumps(report_json(report), ensure_ascii=False, indent=1) + "\n")
    else:
        show_report(report)
    return 0


def _checks(args: argparse.Namespace) -> int:
    from gkaudit.gx.profiles import chosen, load_profile  # noqa: PLC0415
    from gkaudit.gx.suites import load_suites  # noqa: PLC0415
    from gkaudit.resources import folder  # noqa: PLC0415
    from gkaudit.terminal import show_check, show_checks  # noqa: PLC0415

    place = folder("expectations", args.expectations)
    suites = load_suites(place)
    profile = load_profile(args.profile, place) if args.profile else None
    taken = chosen(suites, profile) if profile else suites
    known, entries = ([entry for suite in listed for entry in suite.entries] for listed in (suites, taken))
    if args.id is None:
        show_checks(entries, args.lang, profile)
        return 0
    check_id = args.id.upper()
    own = [entry for entry in entries if entry.check_id == check_id]
    if not own and profile and any(entry.check_id == check_id for entry in known):
        raise UsageError(f"检查方案 {profile.name} 不运行 {check_id}；不加 --profile 可查看它的依据和做法")
    if not own:
        raise UsageError(f"没有编号为 {args.id} 的检查；运行 gkaudit checks 查看全部编号")
    show_check(own, args.lang)
    return 0


def _explain(args: argparse.Namespace) -> int:
    from gkaudit.editing.speech import say  # noqa: PLC0415
    from gkaudit.html.leads import leads_fragment  # noqa: PLC0415
    from gkaudit.html.model import load  # noqa: PLC0415

    data = load(args.report_id, args.out / "data", args.lang)
    check_id = args.check_id.upper()
    if check_id and check_id not in {verdict["check_id"] for verdict in data.verdicts}:
        raise UsageError(f"{args.report_id} 没有编号为 {args.check_id} 的检查结果；运行 gkaudit checks 查看全部编号")
    text = leads_fragment(data, check_id).text or say("page.nothing", args.lang)
    sys.stdout.write(f"{data.title}\n{text}\n")
    return 0


def _suites(args: argparse.Namespace) -> int:
    from gkaudit.gx.suites import load_suites  # noqa: PLC0415
    from gkaudit.gx.validation import expectation_suite  # noqa: PLC0415
    from gkaudit.resources import folder  # noqa: PLC0415

    for suite in load_suites(folder("expectations", args.expectations)):
        expectation_suite(suite)
        if not args.quiet:
            sys.stdout.write(f"{suite.file.name}：{len(suite.entries)} 条，正确\n")
    return 0


def _explore(args: argparse.Namespace) -> int:
    from gkaudit.widgets.launch import Launch, launch  # noqa: PLC0415

    return launch(Launch(args.out, args.sources, not args.no_browser, args.port, args.page))


def _doctor(args: argparse.Namespace) -> int:
    from gkaudit.doctor import examine  # noqa: PLC0415
    from gkaudit.terminal import show_parts  # noqa: PLC0415

    parts = examine()
    show_parts(parts, quiet=args.quiet)
    return 0 if all(part.here for part in parts if part.required) else _BAD_USAGE


_VERBS = {
    "run": _run,
    "read": _read,
    "checks": _checks,
    "explain": _explain,
    "suites": _suites,
    "explore": _explore,
    "doctor": _doctor,
}


class _Stopped(KeyboardInterrupt):
    """Somebody asked this process to end; ``code`` is what shells expect of it then."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


@contextmanager
def _stoppable() -> Iterator[None]:
    """Asked to end (``kill``, ``docker stop``, a scheduler), it ends as after Ctrl-C: nothing half done stays."""

    def stop(number: int, _frame: object) -> None:
        raise _Stopped(number)

    if threading.current_thread() is not threading.main_thread():
        # Only there Python lets signals be caught.
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a verb; returns the exit code of the contract."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console in code page 936 cannot print every character of a report.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    args = _parser().parse_args(argv)
    try:
        with _stoppable():
            return _VERBS[args.verb](args)
    except SuiteError as error:
        sys.stderr.write(f"检查文件有误，没有运行：{error}\n")
    except GkauditError as error:
        sys.stderr.write(f"{error}\n")
        return 2 if args.verb == "read" and not isinstance(error, UsageError) else _BAD_USAGE
    except KeyboardInterrupt as stopped:
        more = "，再运行一次就接着做" if args.verb == "run" else ""
        sys.stderr.write(f"已中断；已写好的结果保持不变{more}\n")
        return stopped.code if isinstance(stopped, _Stopped) else 130
    except BrokenPipeError:
        # Whoever asked has read enough; a run never gets here, it says the rest to nobody.
        from gkaudit.console import silence  # noqa: PLC0415

        silence(sys.stdout)
        return 0
    return _BAD_USAGE


if __name__ == "__main__":
    sys.exit(main())
