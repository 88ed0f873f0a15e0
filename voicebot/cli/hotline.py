"""`voicebot hotline check | new | fit-prior | schema`"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicebot.cli.common import json_argument, print_json
from voicebot.errors import PackError
from voicebot.types import LANGUAGES

if TYPE_CHECKING:
    from voicebot.checking import CheckedPack, JudgedPrior

HELP = "check a hotline's pack, start a new one, fit its prior, give editors its schema"


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser(
        "check", help="find mistakes, and what would not work as it is meant; exit 0 clean, 1 findings, 2 mistakes"
    )
    check.add_argument("pack", metavar="NAME|PATH", help="a hotline that ships, or the folder of one")
    check.add_argument("--lang", choices=LANGUAGES, help="language (default: all that the pack speaks)")
    check.add_argument("--model", metavar="PATH", help="acoustic model whose words count (default: the best one found)")
    new = actions.add_parser("new", help="write a working pack to begin with")
    new.add_argument("folder", metavar="NAME", type=Path, help="its folder, named as the hotline; must not be there yet")
    new.add_argument("--lang", choices=LANGUAGES, help="language (default: all)")
    fit = actions.add_parser("fit-prior", help="fit P(question | caller) to past calls, and say how good it is")
    fit.add_argument("pack", metavar="PACK", help="a hotline that ships, or the folder of one")
    fit.add_argument(
        "calls",
        metavar="CALLS",
        type=Path,
        help="a folder of event logs, a YAML of profiles with `question`, or a CSV question,events,products",
    )
    fit.add_argument("--out", metavar="FILE", type=Path, help="write the weights: as prior.yaml in the pack they take effect")
    fit.add_argument("--plot", metavar="FILE", type=Path, help="write a reliability plot (SVG)")
    schema = actions.add_parser("schema", help="JSON Schema of the packs' files, for editors")
    schema.add_argument(
        "kind", nargs="?", metavar="KIND", help="hotline, language, questions, part, prior, profiles or profile (default: any)"
    )
    schema.add_argument("--out", metavar="FILE", type=Path, help="write it to a file instead of printing it")
    for action in (check, new, fit):
        json_argument(action)


def run(args: argparse.Namespace) -> int:
    actions = {"check": _check, "new": _new, "fit-prior": _fit, "schema": _schema}
    return actions[args.action](args)


# ---------------------------------------------------------------- check


def _check(args: argparse.Namespace) -> int:
    from voicebot.checking import check_pack

    checked = check_pack(args.pack, args.lang, args.model)
    if args.json:
        print_json(_document(checked))
    else:
        for finding in checked.findings:
            print(finding)
        for reason in checked.skipped:
            print(f"not checked: {reason}", file=sys.stderr)
        count = len(checked.findings)
        print(f"{checked.folder}: {' and '.join(checked.languages)}: {count or 'no'} finding{'' if count == 1 else 's'}")
    return 1 if checked.findings else 0


def _document(checked: "CheckedPack") -> dict[str, Any]:
    findings = [
        {"kind": finding.kind, "language": finding.language, "where": finding.where, "message": finding.message}
        for finding in checked.findings
    ]
    return {"path": str(checked.folder), "languages": checked.languages, "findings": findings, "skipped": checked.skipped}


# ---------------------------------------------------------------- new


def _new(args: argparse.Namespace) -> int:
    from voicebot.hotlines.skeleton import new_hotline

    written = new_hotline(args.folder, (args.lang,) if args.lang else LANGUAGES)
    if args.json:
        print_json({"path": str(args.folder), "files": [str(path) for path in written]})
        return 0
    for path in written:
        print(path)
    language = f" --lang {args.lang}" if args.lang == "en-US" else ""
    print(f"try it: voicebot chat --hotline {args.folder}{language}; look at it: voicebot hotline check {args.folder}")
    return 0


# ---------------------------------------------------------------- fit-prior


def _fit(args: argparse.Namespace) -> int:
    from voicebot.checking import fit_and_judge
    from voicebot.hotlines import find_hotline, languages_of, load_hotline

    for path in (args.out, args.plot):
        if path is not None and path.exists():
            raise PackError(f"{path}: is there already; choose another name, or remove it first")
    folder = find_hotline(args.pack)
    hotline = load_hotline(str(folder), (languages_of(folder) or ["zh-CN"])[0])
    judged = fit_and_judge(hotline, args.calls)
    if args.out is not None:
        _write(args.out, _as_yaml(judged))
    if args.plot is not None:
        _write(args.plot, _plot(judged))
    if args.json:
        scores = {"fitted": judged.fitted.document(), "before": judged.before.document()}
        print_json({"calls": judged.calls, "ridge": judged.ridge, "scale": judged.scale, **scores, "skipped": judged.skipped})
    else:
        _show(judged, args)
    return 0


def _show(judged: "JudgedPrior", args: argparse.Namespace) -> None:
    print(
        f"{judged.calls} calls ({len(judged.skipped)} left out); ridge {judged.ridge:g}, weights scaled by {judged.scale:g} first"
    )
    print("on calls that were held out:      fitted   as it is")
    for label, name in (
        ("Brier score (0 best, 1 worst)", "brier"),
        ("log loss, nats", "log_loss"),
        ("likeliest was right", "first"),
    ):
        print(f"  {label:32}{getattr(judged.fitted, name):7.3f}{getattr(judged.before, name):11.3f}")
    for label, score in (("fitted", judged.fitted), ("as it is", judged.before)):
        print(f"reliability of the likeliest question, {label}:  said → was right (calls)")
        for part in score.bins:
            print(f"  {part.mean:6.2f} → {part.share:.2f} ({part.n})")
    better = judged.fitted.log_loss < judged.before.log_loss
    print(
        "the fitted weights are better"
        if better
        else "the fitted weights are no better than those that are there; keep those, or give more calls"
    )
    if args.out is not None:
        print(f"written: {args.out}; it takes effect as prior.yaml in the pack, in place of `prior:` in hotline.yaml")


def _as_yaml(judged: "JudgedPrior") -> str:
    weights = judged.weights
    lines = [f"# Fitted to {judged.calls} calls by `voicebot hotline fit-prior`.", f"other: {weights.other:g}", "base:"]
    lines[-1] += "" if weights.base else " {}"
    lines += [f"  {name}: {weight:g}" for name, weight in weights.base.items()]
    for kind, table in (("events", weights.events), ("products", weights.products)):
        lines.append(f"{kind}:" if table else f"{kind}: {{}}")
        for name, given in table.items():
            lines.append(f"  {name}: {{{', '.join(f'{question}: {weight:g}' for question, weight in given.items())}}}")
    return "\n".join(lines) + "\n"


def _plot(judged: "JudgedPrior") -> str:
    from voicebot.metrics.svg import reliability_plot, standalone

    return standalone(reliability_plot(judged.fitted.bins, ("先验概率的可靠性", "Reliability of the prior")))


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise PackError(f"{path}: cannot be written ({error.strerror}); choose another place") from None


# ---------------------------------------------------------------- schema


def _schema(args: argparse.Namespace) -> int:
    import json

    from voicebot.hotlines.editor_schema import FILES, editor_schema

    if args.kind is not None and args.kind not in FILES:
        raise PackError(f"{args.kind}: no kind of file; choose one of {', '.join(FILES)}")
    document = editor_schema(args.kind)
    if args.out is None:
        print_json(document)
    else:
        _write(args.out, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        print(f"{args.out}: written; put `# yaml-language-server: $schema=…` with its path on the first line of a pack's files")
    return 0
