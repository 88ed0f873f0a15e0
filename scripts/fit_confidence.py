"""Fit voicebot/asr/confidence.json on development audio, and say how good it is on voices and wordings it did not see.

    python scripts/fit_confidence.py --speech DIR [--count 3000] [--out voicebot/asr/confidence.json] [--plots docs]

`--speech`: a folder with the unpacked recordings (zh-words, en-fsdd-train, noise); without it synthetic voices and white noise
alone. For each language the bundled model (or `--zh`, `--en`) hears `count` utterances of the part "fit" and half as many
of "check"; see scripts/asr_material.py for what they are.

"Right" means: in a grammar, the best hypothesis is the phrase that was said; open, at most one character (zh) or word (en) in
five is wrong. Logistic regression by Newton's method with a small ridge (Bishop, PRML 4.3.3), on clipped, standardised features.
"""

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from asr_material import RECORDINGS, material
from numpy.typing import NDArray

from voicebot.asr.confidence import Calibration, Curve
from voicebot.asr.model import AcousticModel
from voicebot.asr.models import bundled_model
from voicebot.asr.phrases import edits
from voicebot.asr.recognizer import VoskRecognizer
from voicebot.asr.result import REJECT_BELOW
from voicebot.asr.segmentation import is_cjk, segment
from voicebot.metrics.reliability import reliability_bins
from voicebot.metrics.svg import reliability_plot, standalone
from voicebot.types import Recognition

BOUND = ("score_rate", "llr_rate", "nbest_margin")
"""Features whose scale belongs to one acoustic model: left out of the curves for models that were not fitted."""

OPEN_FEATURES = ("nbest_margin", "unk_share", "syllable_rate", "score_rate", "syllables_a_word", "words", "snr_db", "span")
GRAMMAR_FEATURES = (*OPEN_FEATURES, "agreement", "llr_rate", "distance", "behind")
OPEN_ERROR_RATE = 0.2
RIDGE = 1.0
BINS = 10
LEAST_COUNT = 100

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    features: dict[str, float]
    right: bool
    grammar: bool
    """Which curve it belongs to: whether the best hypothesis came from a grammar."""
    group: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """Scores of an n-best list, and which of them was said."""

    scores: Matrix
    truth: int


def main() -> None:
    arguments = _arguments()
    out = Path(arguments.out)
    body: dict[str, Any] = {"about": __doc__.strip().splitlines()[0] if __doc__ else "", "models": {}, "languages": {}}
    if arguments.language and out.exists():
        body = json.loads(out.read_text(encoding="utf-8"))
    for language, given in (("zh-CN", arguments.zh), ("en-US", arguments.en)):
        if arguments.language not in (None, language):
            continue
        model = AcousticModel.load(given or bundled_model(language))
        fit = hear(model, language, "fit", arguments)
        check = hear(model, language, "check", arguments)
        temperature = fit_temperature(fit[1])
        curves = {name: [fit_curve([r for r in fit[0] if r.grammar == flag], names) for names in _both(features)]
                  for name, flag, features in (("open", False, OPEN_FEATURES), ("grammar", True, GRAMMAR_FEATURES))}  # fmt: skip
        for place, key, index in (("models", model.name, 0), ("languages", language, 1)):
            entry = {name: _as_json(pair[index]) for name, pair in curves.items()}
            body[place][key] = {**entry, "temperature": round(temperature if index == 0 else min(temperature, 0.5), 3)}
        body["models"][model.name]["sha256"] = model.sha256
        print(f"\n{language}: {model.name}, n-best temperature {temperature:.2f}, n = {len(fit[1])}; check part: {check[2]}")
        for name, flag in (("open", False), ("grammar", True)):
            for index, which in enumerate(("this model", "any model")):
                report(f"{language} {name}, curve for {which}", curves[name][index], [r for r in check[0] if r.grammar == flag])
            if arguments.plots:
                plot(Path(arguments.plots), f"{language}-{name}", curves[name][0], [r for r in check[0] if r.grammar == flag])
    out.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")


def hear(model: AcousticModel, language: str, part: str, arguments: argparse.Namespace) -> tuple[list[Row], list[Ranking], str]:
    """Recognise one part."""
    flat = Curve(0.0, {})
    recognizer = VoskRecognizer(model, calibration=Calibration(flat, flat, 1.0))
    rows: list[Row] = []
    rankings: list[Ranking] = []
    tally: Counter[str] = Counter()
    count = arguments.count if part == "fit" else arguments.count // 2
    for sample in material(language, part, arguments.speech, count, arguments.seed, lambda text: not model.uncovered((text,))):
        recognizer.begin(sample.phrases)
        recognizer.accept(sample.samples)
        heard = recognizer.finish()
        row = _row(heard, sample.text, sample.condition)
        if row is not None:
            rows.append(row)
        rankings += _rankings(heard, sample.text)
        if sample.phrases is not None:
            inside = "in" if sample.text in sample.phrases else "out of"
            right = bool(heard.hypotheses) and _spelt(heard.hypotheses[0].text) == _spelt(sample.text)
            tally[f"{inside} grammar: {'right' if right else 'wrong' if heard.hypotheses else 'none'}"] += 1
    return rows, rankings, ", ".join(f"{what} {number}" for what, number in sorted(tally.items()))


def _row(heard: Recognition, text: str, group: str) -> Row | None:
    if heard.grammar and heard.hypotheses:
        return Row(dict(heard.features), _spelt(heard.hypotheses[0].text) == _spelt(text), True, group)
    if not heard.open_hypotheses:
        return None
    best, said = _units(heard.open_hypotheses[0].text), _units(text)
    return Row(dict(heard.features), edits(best, said) <= OPEN_ERROR_RATE * len(said), False, group)


def _rankings(heard: Recognition, text: str) -> list[Ranking]:
    lists = (heard.hypotheses, heard.open_hypotheses) if heard.grammar else (heard.hypotheses,)
    found = []
    for hypotheses in lists:
        spelt = [_spelt(hypothesis.text) for hypothesis in hypotheses]
        if len(spelt) > 1 and _spelt(text) in spelt:
            found.append(Ranking(np.array([hypothesis.score for hypothesis in hypotheses]), spelt.index(_spelt(text))))
    return found


def fit_temperature(rankings: Sequence[Ranking]) -> float:
    """The factor on log scores that makes the softmax over n-best lists likeliest (of those that hold the truth)."""

    def loss(factor: float) -> float:
        return sum(float(np.logaddexp.reduce(factor * r.scores) - factor * r.scores[r.truth]) for r in rankings)

    return min(np.geomspace(0.02, 3.0, 120), key=loss) if rankings else 0.5


def fit_curve(rows: Sequence[Row], names: Sequence[str]) -> Curve:
    """Logistic regression of `right` on the features `names`, those that do not vary left out."""
    columns = {name: np.array([row.features.get(name, 0.0) for row in rows]) for name in names}
    ranges = {name: np.percentile(column, (1, 99)) for name, column in columns.items()}
    clipped = {name: np.clip(column, *ranges[name]) for name, column in columns.items() if ranges[name][1] > ranges[name][0]}
    centre = {name: (float(column.mean()), float(column.std()) or 1.0) for name, column in clipped.items()}
    inputs = np.stack(
        [np.ones(len(rows)), *((column - centre[name][0]) / centre[name][1] for name, column in clipped.items())], axis=1
    )
    weights = _newton(inputs, np.array([float(row.right) for row in rows]))
    terms = {
        name: (float(weight), *centre[name], float(ranges[name][0]), float(ranges[name][1]))
        for name, weight in zip(clipped, weights[1:], strict=True)
    }
    return Curve(float(weights[0]), terms)


def _newton(inputs: Matrix, target: Matrix) -> Matrix:
    weights = np.zeros(inputs.shape[1])
    ridge = np.diag([1e-6, *[RIDGE] * (inputs.shape[1] - 1)])
    for _ in range(30):
        chance = 1.0 / (1.0 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        gradient = inputs.T @ (target - chance) - ridge @ weights
        curvature = (inputs * (chance * (1.0 - chance))[:, None]).T @ inputs + ridge
        weights = weights + np.linalg.solve(curvature, gradient)
    return np.asarray(weights)


def report(title: str, curve: Curve, rows: Sequence[Row]) -> None:
    """Brier score, its skill over always saying the base rate, calibration error, AUROC and reliability in ten bins."""
    chance = np.array([curve.probability(row.features) for row in rows])
    right = np.array([float(row.right) for row in rows])
    base = float(right.mean())
    brier = float(np.mean((chance - right) ** 2))
    print(f"\n{title}: n = {len(rows)}, right {base:.3f}")
    print(f"  Brier {brier:.4f} (always the base rate: {base * (1 - base):.4f}), AUROC {_auroc(chance, right):.3f}")
    error = 0.0
    for low in range(BINS):
        inside = np.minimum(chance * BINS, BINS - 1).astype(int) == low
        if inside.any():
            said, was = float(chance[inside].mean()), float(right[inside].mean())
            error += abs(said - was) * float(inside.mean())
            print(f"  {low / BINS:.1f}–{(low + 1) / BINS:.1f}: said {said:.3f}, was {was:.3f}, n = {int(inside.sum())}")
    print(f"  expected calibration error {error:.4f}")
    kept = chance >= REJECT_BELOW
    for what, rows_of in (("right", right), ("wrong", 1 - right)):
        print(f"  {what}: {rows_of[kept].sum():.0f} of {rows_of.sum():.0f} at or above {REJECT_BELOW}")
    for name, (weight, *_) in sorted(curve.terms.items(), key=lambda pair: -abs(pair[1][0])):
        print(f"    {name} {weight:+.2f}", end="")
    print()


def plot(folder: Path, name: str, curve: Curve, rows: Sequence[Row]) -> None:
    """Write the reliability of `curve` on `rows` as folder/confidence-NAME.svg."""
    bins = reliability_bins([(curve.probability(row.features), row.right) for row in rows])
    label = (f"置信度与实际正确率，{name}，n = {len(rows)}", f"confidence said and share right, {name}, n = {len(rows)}")
    (folder / f"confidence-{name}.svg").write_text(standalone(reliability_plot(bins, label)), encoding="utf-8")


def _auroc(chance: Matrix, right: Matrix) -> float:
    order = np.argsort(np.argsort(chance, kind="stable")) + 1.0
    positives = float(right.sum())
    negatives = len(right) - positives
    if not positives or not negatives:
        return math.nan
    return float((order[right == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _both(names: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    return names, [name for name in names if name not in BOUND]


def _as_json(curve: Curve) -> dict[str, Any]:
    return {
        "intercept": round(curve.intercept, 4),
        "terms": {name: [round(value, 4) for value in term] for name, term in curve.terms.items()},
    }


def _spelt(text: str) -> str:
    every: Callable[[str], bool] = lambda word: True  # noqa: E731
    return "".join(token.text for token in segment(text, every))


def _units(text: str) -> list[str]:
    return [unit for word in text.split() for unit in (list(word) if is_cjk(word) else [word])]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", type=Path, help="folder with the unpacked recordings")
    parser.add_argument("--language", choices=("zh-CN", "en-US"), help="this one alone; the other's curves stay as they are")
    parser.add_argument("--count", type=int, default=3000, help="utterances to fit on, a language")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plots", help="folder for reliability plots of the check part")
    parser.add_argument("--zh", help="Chinese model instead of the bundled one")
    parser.add_argument("--en", help="English model instead of the bundled one")
    parser.add_argument("--out", default="voicebot/asr/confidence.json")
    arguments = parser.parse_args()
    if arguments.count < LEAST_COUNT:
        parser.error(f"--count {arguments.count}: a curve needs {LEAST_COUNT} utterances at least")
    if not Path(arguments.out).absolute().parent.is_dir():
        parser.error(f"--out {arguments.out}: there is no such folder")
    for name in RECORDINGS if arguments.speech else ():
        if not (arguments.speech / name).is_dir():
            parser.error(f"--speech {arguments.speech}: has no folder {name}; unpack the recordings there, or leave --speech out")
    return arguments


if __name__ == "__main__":
    sys.path.append(str(Path(__file__).parent / "train"))
    from arguments import command

    command(main)
