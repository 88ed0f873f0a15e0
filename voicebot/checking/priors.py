"""Fits a hotline's prior to past calls, and says how far it can be trusted beside the one that was set by hand."""

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from voicebot.errors import VoicebotError
from voicebot.events import CallOpened
from voicebot.hotlines import Hotline, load_profile, load_profiles
from voicebot.hotlines.complaints import nearest
from voicebot.hotlines.fitting import Call, Fitted, Matrix, fit_prior, log_loss
from voicebot.hotlines.schema import PriorWeights
from voicebot.metrics.call_record import call_record
from voicebot.metrics.collection import find_logs, read_whole_log
from voicebot.metrics.reliability import Bin, Forecast, reliability, reliability_bins
from voicebot.types import OTHER

FEWEST_CALLS = 30
"""Below it, nothing is learnt that the hand-set weights do not know better."""

COLUMNS = ("question", "events", "products")
"""Of a CSV of calls."""


@dataclass(frozen=True)
class Score:
    """How good the probabilities of a prior were on calls it had not seen."""

    brier: float
    """Mean over calls of the squared distance of all probabilities from what it was: 0 is perfect, 1 is none the wiser."""
    log_loss: float
    """Mean −ln P(what it was), in nats."""
    first: float
    """Share of calls whose question was the likeliest."""
    forecasts: list[Forecast]
    """Probability of the likeliest question of each call, and whether it was that."""

    @property
    def bins(self) -> list[Bin]:
        """Reliability of the likeliest question."""
        return reliability_bins(self.forecasts)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        figures = {"brier": round(self.brier, 4), "log_loss": round(self.log_loss, 4), "first": round(self.first, 4)}
        return figures | {"reliability": reliability(self.forecasts)}


@dataclass(frozen=True)
class JudgedPrior:
    """A fitted prior, and both judged on the same calls."""

    weights: PriorWeights
    ridge: float
    scale: float
    """What the weights that were there were multiplied by before."""
    fitted: Score
    before: Score
    calls: int
    skipped: list[str] = field(default_factory=list)
    """Calls that could not be used, and why."""


def fit_and_judge(hotline: Hotline, source: Path) -> JudgedPrior:
    """Fit `hotline`'s prior to the calls of `source`: a folder of event logs, a YAML file of profiles, or a CSV.

    Raises `VoicebotError` for what cannot be read, and for fewer than `FEWEST_CALLS` calls.
    """
    calls, skipped = read_calls(hotline, source)
    if len(calls) < FEWEST_CALLS:
        why = f"; left out: {skipped[0]}" + (f" and {len(skipped) - 1} more" if len(skipped) > 1 else "") if skipped else ""
        raise VoicebotError(f"{source}: calls whose question is known: {len(calls)}; give {FEWEST_CALLS} or more{why}")
    found = fit_prior(hotline, calls)
    return JudgedPrior(
        found.weights, found.ridge, found.scale, _score(found, found.fitted), _score(found, found.before), len(calls), skipped
    )


def read_calls(hotline: Hotline, source: Path) -> tuple[list[Call], list[str]]:
    """Profiles with the question that each call was about, and the calls that do not tell."""
    if source.is_dir():
        return _from_logs(hotline, source)
    if source.suffix.lower() == ".csv":
        return _from_csv(hotline, source), []
    return list(load_profiles(source, hotline)), []


def _from_logs(hotline: Hotline, folder: Path) -> tuple[list[Call], list[str]]:
    """From event logs: the true question where the call is labelled, else the one that the caller confirmed."""
    calls: list[Call] = []
    skipped = []
    for path in find_logs(folder):
        try:
            records = read_whole_log(path)
            call = call_record(records)
            head = next(record.event for record in records if isinstance(record.event, CallOpened))
            if head.hotline != hotline.name:
                skipped.append(f"{path}: a call to {head.hotline}")
                continue
            profile = load_profile(head.profile, hotline, str(path))
        except VoicebotError as error:
            skipped.append(str(error).splitlines()[0])
            continue
        question = call.true_question or (call.located if call.confirmed else None)
        if question is None:
            skipped.append(f"{path}: neither labelled nor confirmed by the caller")
        else:
            calls.append((profile, question if question in hotline.questions else OTHER))
    return calls, skipped


def _from_csv(hotline: Hotline, path: Path) -> list[Call]:
    """Columns `question`, `events`, `products`; several names in a field are separated by spaces, latest event first."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows, names = list(reader), list(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise VoicebotError(f"{path}: cannot be read as CSV ({error}); write columns question,events,products") from None
    for name in names:
        if name not in COLUMNS:
            raise VoicebotError(f"{path}:1: column `{name[:60]}` is not known here{nearest(name, COLUMNS)}")
    if "question" not in names:
        raise VoicebotError(f"{path}:1: no column `question`; write a first line with the names question,events,products")
    calls: list[Call] = []
    for number, row in enumerate(rows, 2):
        question = (row.get("question") or "").strip()
        if question not in hotline.questions and question != OTHER:
            end = nearest(question, hotline.questions)
            raise VoicebotError(f"{path}:{number}: question `{question[:60]}` is not in the catalogue{end}")
        given = {kind: (row.get(kind) or "").split() for kind in COLUMNS[1:]}
        calls.append((load_profile(given, hotline, f"{path}:{number}"), question))
    return calls


def _score(found: Fitted, given: Matrix) -> Score:
    truth = found.truth
    wanted = given.copy()
    wanted[range(len(truth)), truth] -= 1.0
    questions = given[:, :-1]
    best = questions.argmax(axis=1)
    forecasts = [(float(questions[i, k]), bool(k == truth[i])) for i, k in enumerate(best)]
    first = float((given.argmax(axis=1) == truth).mean())
    return Score(float((wanted**2).sum(axis=1).mean()), log_loss(given, truth), first, forecasts)
