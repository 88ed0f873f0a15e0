"""botium convos (text) as dialogue scripts.

A convo is a name, then sections: `#me` what the user says, `#bot` what the bot must answer. Bot texts become `says~` (botium
looks for them inside the answer), `!text` a `not:`, names of utterance lists (`NAME.utterances.txt` beside the convo) one of
their texts for the user and any of them for the bot, `PAUSE` the time before the user speaks. Asserters and logic hooks (INTENT,
BUTTONS, MEDIA, …), scripting memory (`$name`), `#include` and `#begin`/`#end` have no counterpart and are listed.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from voicebot.errors import VoicebotError
from voicebot.testing.importing.carrying import Draft, Imported
from voicebot.types import Language

_HOOK = re.compile(r"[A-Z][A-Z0-9_]{2,}(\s+\S.*)?")
"""A line that is a logic hook or an asserter: an upper-case word, then its arguments."""

_MEMORY = re.compile(r"\$\w+")


def import_botium(path: Path, language: Language, hotline: str) -> Imported:
    """The convo in the file. Raises `VoicebotError` for one without a user's turn."""
    try:
        lines = path.read_text("utf8").lstrip("\ufeff").splitlines()
    except UnicodeDecodeError:
        raise VoicebotError(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    name = next((line.strip() for line in lines if line.strip()), path.stem)
    draft = Draft(name if not name.startswith("#") else path.name.partition(".")[0], f"{path}:1")
    utterances = _utterances(path.parent)
    for section, number, body in _sections(lines):
        match section:
            case "me":
                _me(draft, body, number, utterances)
            case "bot":
                _bot(draft, body, number, utterances)
            case _:
                draft.lose(f"#{section}", number)
    if not any("caller" in turn for turn in draft.turns):
        raise VoicebotError(f"{path}: holds no #me section with words; is it a botium convo?")
    return draft.finished(language, hotline)


def _sections(lines: list[str]) -> Iterator[tuple[str, int, list[str]]]:
    """(name, line, lines that are not empty) of each section; what stands before the first one is a description."""
    section, start, body = "", 0, list[str]()
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            if section:
                yield section, start, body
            section, start, body = line[1:].strip(), number, []
        elif line.strip():
            body.append(line.strip())
    if section:
        yield section, start, body


def _utterances(folder: Path) -> Mapping[str, list[str]]:
    """Name → texts, from the utterance lists beside the convo."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.utterances.txt")):
        lines = [line.strip() for line in path.read_text("utf8").splitlines() if line.strip()]
        if len(lines) > 1:
            found[lines[0]] = lines[1:]
    return found


def _me(draft: Draft, body: list[str], number: int, utterances: Mapping[str, list[str]]) -> None:
    words: list[str] = []
    pause: dict[str, str] = {}
    for line in body:
        if line in utterances:
            words.append(utterances[line][0])
        elif found := re.fullmatch(r"PAUSE\s+(\d+)", line):
            pause = {"at": f"end+{int(found[1]) / 1000:g}s"}
        elif _HOOK.fullmatch(line) or _MEMORY.search(line):
            draft.lose(f"#me {line}", number)
        else:
            words.append(line)
    if words:
        draft.caller(" ".join(words), **pause)


def _bot(draft: Draft, body: list[str], number: int, utterances: Mapping[str, list[str]]) -> None:
    parts: list[str] = []
    for line in body:
        negated, text = line.startswith("!"), line.removeprefix("!").strip()
        if text in utterances:
            options = [{"says~": option} for option in utterances[text]]
            draft.expect(**({"not": {"any_of": options}} if negated else {"any_of": options}))
        elif _HOOK.fullmatch(text) or _MEMORY.search(text):
            draft.lose(f"#bot {line}", number)
        elif negated:
            draft.expect(**{"not": {"says~": text}})
        else:
            parts.append(text)
    if parts:
        draft.expect(says_like=parts[0] if len(parts) == 1 else parts)
