"""What `voicebot test` does instead of running scripts: record, update, mutate, import."""

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicebot.cli.common import print_json
from voicebot.errors import VoicebotError

if TYPE_CHECKING:
    from voicebot.testing.batch import Batch
    from voicebot.testing.importing import Imported
    from voicebot.testing.updating import Change


def record(args: argparse.Namespace) -> int:
    """Write the script of each call: to `--out`, or to stdout when there is one call and no `--out`."""
    from voicebot.testing.recording import calls_in

    calls = [call for path in args.paths for call in calls_in(Path(path))]
    if args.out is None and len(calls) == 1 and not args.json:
        sys.stdout.write(_recorded(args, calls[0])[1])
        return 0
    recorded: list[dict[str, str]] = []
    failed: list[str] = []
    written: Counter[str] = Counter()
    for call in calls:
        try:
            name, text = _recorded(args, call)
        except VoicebotError as error:
            failed.append(str(error))
            continue
        written[name] += 1
        target = _write_recorded(args, name if written[name] == 1 else f"{name}-{written[name]}", text)
        recorded.append({"call": str(call), "script": str(target)})
        if not args.json:
            print(f"{call} → {target}")
    if args.json and recorded:
        print_json({"recorded": recorded})
    for line in failed:
        print(f"voicebot: {line}", file=sys.stderr)
    return (1 if recorded else 2) if failed else 0


def _recorded(args: argparse.Namespace, call: Path) -> tuple[str, str]:
    """Name and text of the script of a call. Raises `VoicebotError`."""
    from voicebot.testing.recording import record_script
    from voicebot.testing.writing import script_yaml

    script = record_script(call, hotline=args.hotline or "hotline_95188", language=args.lang or "zh-CN")
    return script["name"], script_yaml(script)


def _write_recorded(args: argparse.Namespace, name: str, text: str) -> Path:
    from voicebot.testing.loading import SCRIPT_ENDING
    from voicebot.testing.writing import write_file

    target = Path(args.out or ".") / f"{name}{SCRIPT_ENDING}"
    write_file(target, text)
    return target


# ---------------------------------------------------------------- update


def update(args: argparse.Namespace, batch: "Batch") -> int:
    """Run the scripts, and write down what they do now where that is accepted."""
    from voicebot.testing.batch import loaded_script, run_batch
    from voicebot.testing.updating import sharing
    from voicebot.testing.updating import update as write_down

    results = [result for _, result in sorted(run_batch(batch.tasks, args.jobs), key=lambda item: item[0])]
    ask = not args.yes and sys.stdin.isatty() and not args.json
    outcome = write_down(
        results, _ask if ask else _tell if not args.json else _silently, sharing(map(loaded_script, batch.tasks))
    )
    if args.json:
        print_json(
            {
                "written": [_change(change) for change in outcome.written],
                "refused": [_change(change) for change in outcome.refused],
                "left": outcome.left,
            }
        )
    else:
        written = len(outcome.written)
        print(
            f"{written} turn{'s' * (written != 1)} written, {len(outcome.refused)} refused,"
            f" {len(outcome.left)} left for you to look at"
        )
        for line in outcome.left:
            print(f"  {line}")
    for line in batch.broken:
        print(f"voicebot: {line}", file=sys.stderr)
    return 1 if outcome.refused or outcome.left or batch.broken else 0


def _show(change: "Change") -> None:
    print(f"{change.path}:{change.line}  {'; '.join(change.scripts[:3])}{' …' if len(change.scripts) > 3 else ''}")
    for line in change.lines():
        print(f"  {line}")


def _ask(change: "Change") -> bool:
    _show(change)
    try:
        return input("  accept? [y/N] ").strip().lower() in ("y", "yes", "是")
    except EOFError:
        return False


def _tell(change: "Change") -> bool:
    _show(change)
    return True


def _silently(change: "Change") -> bool:
    return True


def _change(change: "Change") -> dict[str, Any]:
    failures = [{"expected": failure.expected, "happened": failure.happened} for failure in change.failures]
    return {"path": change.path, "line": change.line, "scripts": list(change.scripts), "changes": failures}


# ---------------------------------------------------------------- mutate


def mutate(args: argparse.Namespace, batch: "Batch") -> int:
    """Break the pack and say what no script noticed."""
    from voicebot.cli.test_screen import mutation_table
    from voicebot.testing.mutation import Mutation

    if batch.broken:
        raise VoicebotError("\n".join(batch.broken))
    mutation = Mutation(batch.tasks, jobs=args.jobs)
    for done, total in mutation.run():
        if not args.json and sys.stderr.isatty():
            print(f"\r{done}/{total} mutants", end="", file=sys.stderr, flush=True)
    if not args.json and sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)
    figures = mutation.figures()
    if args.json:
        print_json({"operators": figures})
    else:
        mutation_table(figures)
    wanted = (args.fail_under or 0.0) / 100
    return 1 if any(figure["n"] and figure["rate"] < wanted for figure in figures.values()) else 0


# ---------------------------------------------------------------- import


def import_tests(args: argparse.Namespace) -> int:
    """Write scripts from other frameworks' tests; list what could not be carried over."""
    from voicebot.testing.importing import distinct_names, import_file
    from voicebot.testing.writing import write_file

    if args.out is None:
        raise VoicebotError("--import needs --out DIR: a folder for the scripts")
    imported: list[Imported] = []
    for name in [*args.imported, *args.paths]:
        imported += import_file(Path(name), language=args.lang or "zh-CN", hotline=args.hotline or "hotline_95188")
    lost = [line for script in imported for line in script.lost]
    files = [Path(args.out) / name for name in distinct_names(imported)]
    for path, script in zip(files, imported, strict=True):
        write_file(path, script.text)
    if args.json:
        scripts = [
            {"source": script.source, "script": str(path), "lost": list(script.lost)}
            for path, script in zip(files, imported, strict=True)
        ]
        print_json({"scripts": scripts, "lost": lost})
        return 0
    print(
        f"{len(imported)} script{'s' * (len(imported) != 1)} written to {args.out}; {len(lost)} things could not be carried over"
    )
    for line in lost:
        print(f"  {line}")
    return 0
