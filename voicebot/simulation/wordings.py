"""What simulated callers say: the bank of wordings, one YAML a language, and its check.

The bank is written apart from the packs' examples, by other hands and in other styles, so that a hotline is never scored on
what it was trained on; `too_close` finds wordings that came out like an example all the same. A file, with three questions::

    language: zh-CN
    questions:
      refund_not_arrived:
        clear:                       # who hears it at the service desk knows which question it is
          - 我退的那件衣服，钱一直没回来
          - 商家说退了，可我这边没收到钱
        vague:                       # something is wrong, but product or problem stay open
          - 我的钱怎么还没到
      card_unbind:
        clear: [我想把这张工行的卡从里面去掉]
        vague: [我那个卡不想要了]
      huabei_close:
        clear: [花呗我不想再用了，给我关了吧]
        vague: [我不想用这个了]
    outside: [我的快递送到哪儿了]      # questions that the catalogue lacks
    openings: [喂你好, 那个我问一下啊]  # said before a question by people who begin slowly
    elaborations: [我都等了好几天了]    # said after it by people who talk much; names no other question
    affirm: [对, 是的没错]
    deny: [不是]
    corrections: ["不是，{question}"]   # {question}: one of the clear wordings
    second_questions: ["还有个事，{question}"]
    first: [第一个]                   # picks out of a list by place
    second: [后面那个]
    third: [第三个]
    neither: [都不是]
    picks: ["{title}", "{title}那个"]  # picks by name: {title} as the bot has just said it
    understood: [哦明白了]
    not_understood: [还是没解决啊]
    done: [没有了]
    more: [还有]                      # there is another question, without naming it
    agent: [给我转人工]
    no_agent: [不用转]
    repeat: [你再说一遍]
    slower: [说慢点]
    wait: [你等一下啊]
    thanks: [谢谢啊]
    dont_know: [我也说不清楚]
    lacks_value: [卡号我不记得了]       # asked for a number that is not at hand
    gives_value: ["{value}", "是{value}"]
    hesitations: [呃, 那个]            # inside a sentence
    repairs: [不对, 我是说]            # between what was said wrong and the right words
    backchannels: [嗯, 哦]
    beside_the_point: [你是机器人吗]    # answers something that was not asked
    annoyed: [算了不跟你说了]           # before hanging up

All lists are needed; `third`, `slower` and `wait` may be left out. Texts are what people say, numbers in words, with commas where
they pause.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from voicebot.errors import PackError
from voicebot.hotlines.complaints import joined, load_model, nearest
from voicebot.hotlines.fields import Identifier, PackModel, Template, Utterance
from voicebot.hotlines.schema import Hotline
from voicebot.hotlines.yaml_source import YamlSource
from voicebot.types import Language

LEAST_APART = 4
"""Edits between a wording and any example of the pack, at least; a wording within three could be the example itself."""

_NOT_SAID = re.compile(r"[\W_]+")


def _blank(name: str) -> AfterValidator:
    def check(text: str) -> str:
        if re.findall(r"\{([^{}]*)\}", text) != [name]:
            raise ValueError(f"needs `{{{name}}}` once and no other blank")
        return text

    return AfterValidator(check)


Said = Annotated[tuple[Utterance, ...], Field(min_length=1, max_length=2000)]
_Some = Annotated[tuple[Utterance, ...], Field(max_length=2000)]
_OfQuestion = Annotated[tuple[Annotated[Template, _blank("question")], ...], Field(min_length=1, max_length=200)]
_OfTitle = Annotated[tuple[Annotated[Template, _blank("title")], ...], Field(min_length=1, max_length=200)]
_OfValue = Annotated[tuple[Annotated[Template, _blank("value")], ...], Field(min_length=1, max_length=200)]


class QuestionWordings(PackModel):
    """How callers put one question."""

    clear: Said
    """A person at the desk would know the question from it."""
    vague: Said
    """It leaves the product or the problem open."""


class Wordings(PackModel):
    """The bank of one language; the module's docstring says what each list is for."""

    language: Language
    questions: Annotated[dict[Identifier, QuestionWordings], Field(min_length=1, max_length=1000)]
    outside: Said
    openings: Said
    elaborations: Said
    affirm: Said
    deny: Said
    corrections: _OfQuestion
    second_questions: _OfQuestion
    first: Said
    second: Said
    third: _Some = ()
    neither: Said
    picks: _OfTitle
    understood: Said
    not_understood: Said
    done: Said
    more: Said
    agent: Said
    no_agent: Said
    repeat: Said
    slower: _Some = ()
    wait: _Some = ()
    thanks: Said
    dont_know: Said
    lacks_value: Said
    gives_value: _OfValue
    hesitations: Said
    repairs: Said
    backchannels: Said
    beside_the_point: Said
    annoyed: Said


@dataclass(frozen=True, slots=True)
class TooClose:
    """A wording that could be an example of the pack."""

    question: str
    wording: str
    example: str


def load_wordings(hotline: Hotline, path: Path | None = None) -> Wordings:
    """The bank at `path`, by default the one that ships for the hotline's language.

    Raises `PackError` with every mistake: a bank of another language, questions that the hotline lacks or that the bank lacks.
    """
    if path is None:
        with as_file(files(__package__) / "wordings" / f"{hotline.language}.yaml") as shipped:
            source = YamlSource(shipped)
    else:
        source = YamlSource(path)
    bank = load_model(Wordings, source)
    if path is None and not set(bank.questions) & set(hotline.questions):
        raise PackError(
            f"{hotline.name}: no wordings ship for its questions; give some with --wordings FILE (docs/simulation.md)"
        )
    mistakes = []
    if bank.language != hotline.language:
        mistakes.append(f"{source.at(('language',))}: the bank is {bank.language}, the hotline {hotline.language}; give another")
    for name in bank.questions:
        if name not in hotline.questions:
            known = nearest(name, hotline.questions)
            mistakes.append(f"{source.at(('questions', name))}: `{name}` is no question of {hotline.name}{known}")
    missing = [name for name in hotline.questions if name not in bank.questions]
    if missing:
        mistakes.append(f"{source.at(('questions',))}: no wordings for {', '.join(missing[:8])}; add them")
    if mistakes:
        raise PackError(joined(mistakes))
    return bank


def too_close(bank: Wordings, examples: Iterable[str]) -> Iterator[TooClose]:
    """Wordings fewer than `LEAST_APART` edits from an example that was learnt from; punctuation, spaces and case do not count.

    Of two texts at most three edits apart, one of four pieces of the one occurs unchanged in the other:
    only such pairs are measured.
    """
    pieces: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        for piece in _pieces(_letters(example)):
            pieces[piece].add(example)
    lengths = sorted({len(piece) for piece in pieces})
    for name, wordings in bank.questions.items():
        for wording in (*wordings.clear, *wordings.vague):
            said = _letters(wording)
            near = {example for piece in _parts(said, lengths) for example in pieces.get(piece, ())}
            for example in sorted(near):
                if _edits(said, _letters(example)) < LEAST_APART:
                    yield TooClose(name, wording, example)
                    break


def _letters(text: str) -> str:
    return _NOT_SAID.sub("", text).lower()


def _pieces(text: str) -> list[str]:
    """`LEAST_APART` pieces of about equal length (empty ones for a text shorter than that: they occur in everything)."""
    cuts = [round(i * len(text) / LEAST_APART) for i in range(LEAST_APART + 1)]
    return [text[start:end] for start, end in pairwise(cuts)]


def _parts(text: str, lengths: Iterable[int]) -> set[str]:
    return {text[start : start + length] for length in lengths for start in range(len(text) - length + 1)}


def _edits(one: str, other: str) -> int:
    """Levenshtein distance, or `LEAST_APART` as soon as it is at least that."""
    if abs(len(one) - len(other)) >= LEAST_APART or _alone(one, other) >= LEAST_APART or _alone(other, one) >= LEAST_APART:
        return LEAST_APART
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, row = row, [i]
        for j, against in enumerate(other, 1):
            row.append(min(row[-1] + 1, before[j] + 1, before[j - 1] + (letter != against)))
        if min(row) >= LEAST_APART:
            return LEAST_APART
    return row[-1]


def _alone(one: str, other: str) -> int:
    """Letters of the one that the other lacks: each of them costs an edit."""
    return len(set(one).difference(other))
