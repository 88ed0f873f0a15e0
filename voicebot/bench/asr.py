"""Speech recognition on labelled clips: error rates by condition and speaker, grammars, false accepts, speed and memory.

Each clip is heard as it is, then over a telephone line and in noise (docs/measures.md), first by the open model, then in its
grammar where it has one. Intervals of error rates are bootstrapped over clips, because errors come in clips; those of shares are
Wilson's.
"""

import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from voicebot.asr.model import AcousticModel
from voicebot.asr.models import find_model
from voicebot.asr.phrases import edits
from voicebot.asr.recognizer import VoskRecognizer
from voicebot.audio.effects import add_noise, coloured_noise, telephone
from voicebot.bench.asr_clips import AsrClip, load_asr_clips, units, without_partner
from voicebot.errors import VoicebotError
from voicebot.metrics.intervals import RESAMPLES, rate
from voicebot.types import FRAME_SAMPLES, SAMPLE_RATE, Language, Samples

NOISES = ("white", "pink", "babble")
"""Kinds of noise, clip after clip in turn."""

AS_RECORDED = "clean"


def _noisy(snr_db: float) -> Callable[[Samples, int], Samples]:
    def effect(samples: Samples, number: int) -> Samples:
        noise = coloured_noise(NOISES[number % len(NOISES)], len(samples), np.random.default_rng(number))
        return add_noise(samples, noise, snr_db)

    return effect


CONDITIONS: Mapping[str, Callable[[Samples, int], Samples]] = {
    AS_RECORDED: lambda samples, _: samples,
    "telephone": lambda samples, _: telephone(samples, "mulaw"),
    "noise 15 dB": _noisy(15.0),
    "noise 10 dB": _noisy(10.0),
    "noise 5 dB": _noisy(5.0),
}
"""Name → what it does to the samples of the clip with a number."""


@dataclass(frozen=True, slots=True)
class _Heard:
    clip: AsrClip
    condition: str
    errors: int
    length: int
    """Units of what was said."""
    phrase: str | None
    """Heard in the grammar; None: nothing, or no grammar."""
    cpu_seconds: float
    seconds: float


def bench_asr(folder: Path, *, model: str | None = None, language: Language | None = None) -> dict[str, Any]:
    """`{cer|wer, grammar_exact, false_accept, rtf, load_s, rss_mb, by, speakers, model, failed}` (docs/json.md).

    `cer` and `wer` are those of the clips as recorded. `model`: as `voicebot.asr.find_model` takes it. A clip that can not be
    scored is a line of `failed`. Raises `VoicebotError`, also when that is so of all.
    """
    clips = load_asr_clips(folder, language)
    failed = without_partner(Path(folder))
    heard: list[_Heard] = []
    loading, names = 0.0, []
    for spoken in sorted({clip.language for clip in clips}):
        found = find_model(spoken, model)
        started = time.perf_counter()
        acoustic = AcousticModel.load(found)
        loading += time.perf_counter() - started
        names.append(acoustic.name)
        recognizer = VoskRecognizer(acoustic)
        for number, clip in enumerate(clip for clip in clips if clip.language == spoken):
            try:
                _check_grammar(acoustic, clip)
                heard += _hear(recognizer, clip, number)
            except VoicebotError as error:
                failed.append(str(error))
    if not heard:
        raise VoicebotError(f"no clip could be scored; the first: {failed[0]}")
    clean = [one for one in heard if one.condition == AS_RECORDED]
    by = {name: _figures(one for one in heard if one.condition == name) for name in CONDITIONS}
    speakers = {
        name: _figures(one for one in clean if one.clip.speaker == name) for name in sorted({one.clip.speaker for one in clean})
    }
    spent, lasted = sum(one.cpu_seconds for one in heard), sum(one.seconds for one in heard)
    return {
        **_figures(clean),
        "rtf": round(spent / lasted, 4) if lasted else None,
        "load_s": round(loading, 3),
        "rss_mb": _resident_mb(),
        "by": by,
        "speakers": speakers,
        "model": " + ".join(names),
        "failed": failed,
    }


def _check_grammar(model: AcousticModel, clip: AsrClip) -> None:
    """Raises `VoicebotError` for one of which the model can hear nothing: the open model would answer in its place."""
    phrases = model.phrase_set(clip.grammar).phrases if clip.grammar else ()
    if clip.grammar and not any(token.known for phrase in phrases for token in phrase.tokens):
        raise VoicebotError(
            f"{clip.path.with_suffix('.json')}: grammar: the model {model.name} knows the words of none of its phrases"
        )


def _hear(recognizer: VoskRecognizer, clip: AsrClip, number: int) -> list[_Heard]:
    samples = clip.samples()
    said = units(clip.text, clip.language)
    heard = []
    for name, effect in CONDITIONS.items():
        line = effect(samples, number)
        started = time.process_time()
        text = _recognised(recognizer, line, None)
        spent = time.process_time() - started
        phrase = _recognised(recognizer, line, clip.grammar) if clip.grammar else None
        errors = int(edits(units(text or "", clip.language), said))
        heard.append(_Heard(clip, name, errors, len(said), phrase, spent, len(line) / SAMPLE_RATE))
    return heard


def _recognised(recognizer: VoskRecognizer, samples: Samples, grammar: tuple[str, ...] | None) -> str | None:
    recognizer.begin(grammar)
    for start in range(0, len(samples), FRAME_SAMPLES):
        recognizer.accept(samples[start : start + FRAME_SAMPLES])
    hypotheses = recognizer.finish().hypotheses
    return hypotheses[0].text if hypotheses else None


def _figures(heard: Iterable[_Heard]) -> dict[str, Any]:
    """Error rate a language, exactness in grammars that hold what was said, acceptance in those that do not."""
    heard = list(heard)
    figures: dict[str, Any] = {}
    for language, name in (("zh-CN", "cer"), ("en-US", "wer")):
        own = [one for one in heard if one.clip.language == language]
        if own:
            figures[name] = _error_rate(own)
    inside = [one for one in heard if one.clip.grammar and _inside(one.clip)]
    outside = [one for one in heard if one.clip.grammar and not _inside(one.clip)]
    figures["grammar_exact"] = rate(sum(_same(one.phrase, one.clip) for one in inside), len(inside))
    figures["false_accept"] = rate(sum(one.phrase is not None for one in outside), len(outside))
    return figures


def _inside(clip: AsrClip) -> bool:
    return any(_same(phrase, clip) for phrase in clip.grammar or ())


def _same(phrase: str | None, clip: AsrClip) -> bool:
    return phrase is not None and units(phrase, clip.language) == units(clip.text, clip.language)


def _error_rate(heard: Sequence[_Heard]) -> dict[str, Any]:
    """`{k, n, rate, low, high}`: errors and units; the interval is a 95 % percentile bootstrap over clips, from a fixed seed."""
    errors = np.array([one.errors for one in heard])
    lengths = np.array([one.length for one in heard])
    k, n = int(errors.sum()), int(lengths.sum())
    if n == 0:
        return rate(0, 0)
    chance = np.random.default_rng(0)
    draws = chance.integers(0, len(heard), size=(RESAMPLES, len(heard)))
    rates = errors[draws].sum(axis=1) / np.maximum(1, lengths[draws].sum(axis=1))
    low, high = np.percentile(rates, [2.5, 97.5])
    return {"k": k, "n": n, "rate": round(k / n, 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def _resident_mb() -> float | None:
    """Largest resident memory of this process so far, in megabytes; None on Windows, which does not tell.

    On Linux from /proc: getrusage there begins with what the process that started this one held.
    """
    if sys.platform == "win32":
        return None
    if sys.platform == "linux":
        lines = Path("/proc/self/status").read_text(encoding="utf-8", errors="replace").splitlines()
        return round(next(float(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6, 1)
    import resource

    unit = 1e6 if sys.platform == "darwin" else 1e3  # macOS counts bytes, Linux kilobytes
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1)


def rows(result: Mapping[str, Any], of: str) -> list[list[str]]:
    """The result's figures "by" condition or of its "speakers", with counts and intervals; what the columns are comes first."""
    names = [name for name in ("cer", "wer") if name in result]
    heads = ["condition" if of == "by" else "speaker", *(name.upper() for name in names), "whole phrase right", "false accepts"]
    keys = [*names, "grammar_exact", "false_accept"]
    return [heads, *([name, *(_shown(figures.get(key)) for key in keys)] for name, figures in result[of].items())]


def speed(result: Mapping[str, Any]) -> str:
    """The result's model, how fast it is, what it takes."""
    return f"{result['model']}: real-time factor {result['rtf']}, loaded in {result['load_s']} s, {result['rss_mb']} MB resident"


def table(result: Mapping[str, Any]) -> str:
    """The result by condition as a Markdown table."""
    heads, *others = rows(result, "by")
    lines = [f"| {' | '.join(row)} |" for row in [heads, ["---"] * len(heads), *others]]
    return "\n".join([*lines, "", speed(result)])


def _shown(figure: Mapping[str, Any] | None) -> str:
    if figure is None or figure["rate"] is None:
        return "–"
    percent = [f"{100 * figure[key]:.1f}" for key in ("rate", "low", "high")]
    return f"{percent[0]} % ({percent[1]}–{percent[2]}, n = {figure['n']})"
