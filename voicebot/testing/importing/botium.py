"""botium convos (text) as dialogue scripts.

A convo is a name, then sections: `#me` what the user says, `#bot` what the bot must answer. Bot texts become `says~` (botium
looks for them inside the answer), `!text` a `not:`, names of utterance lists (`NAME.utterances.txt` beside the convo) one of
their texts for the user and any of them for the bot, `PAUSE` the time before the user speaks, and the text asserters
(`TEXT_CONTAINS_ANY a|b` …) what they look for. Other asserters and logic hooks (INTENT, BUTTONS, MEDIA, …), lines that may be
missing (`?text`), scripting memory (`$name`), `#include` and `#begin`/`#end` have no counterpart and are listed.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from voicebot.errors import VoicebotError
from voicebot.testing.importing.carrying import Draft, Imported, readable
from voicebot.types import Language

_HOOK = re.compile(r"[A-Z][A-Z0-9_]{2,}(\s+\S.*)?")
"""A line that is a logic hook or an asserter: an upper-case word, then its arguments."""

_TEXT_ASSERTER = re.compile(r"TEXT_(?P<kind>CONTAINS|REGEXP|EQUALS|EXACT)(?P<all>_ANY|_ALL)?(?P<case>_IC)?\s+(?P<texts>\S.*)")
"""The asserters that look at the answer's text. `|` parts their texts, `\\|` is a text's own; `_IC` is blind to capitals."""

Body: TypeAlias = list[tuple[int, str]]
"""The lines of a section that are not empty, with their numbers."""

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
                _me(draft, body, utterances)
            case "bot":
                _bot(draft, body, utterances)
            case _:
                draft.lose(f"#{section}", number)
                for inner, line in body:
                    draft.lose(f"#{section} {line}", inner)
    if not any("caller" in turn for turn in draft.turns):
        raise VoicebotError(f"{path}: holds no #me section with words; is it a botium convo?")
    return draft.finished(language, hotline)


def _sections(lines: list[str]) -> Iterator[tuple[str, int, Body]]:
    """(name, line, what it holds) of each section; what stands before the first one is a description."""
    section, start, body = "", 0, Body()
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            if section:
                yield section, start, body
            section, start, body = line[1:].strip(), number, Body()
        elif line.strip():
            body.append((number, line.strip()))
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


def _me(draft: Draft, body: Body, utterances: Mapping[str, list[str]]) -> None:
    words: list[str] = []
    pause: dict[str, str] = {}
    for number, line in body:
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


def _bot(draft: Draft, body: Body, utterances: Mapping[str, list[str]]) -> None:
    parts: list[str] = []
    for number, line in body:
        negated, text = line.startswith("!"), line.removeprefix("!").strip()
        wanted = _wanted(text, utterances)
        if wanted is None:
            draft.lose(f"#bot {line}", number)
        elif negated:
            draft.expect(**{"not": wanted})
        elif wanted.keys() == {"says~"} and isinstance(wanted["says~"], str):
            parts.append(wanted["says~"])
        else:
            draft.expect(**wanted)
    if parts:
        draft.expect(says_like=parts[0] if len(parts) == 1 else parts)


def _wanted(text: str, utterances: Mapping[str, list[str]]) -> dict[str, Any] | None:
    """What a line expects of the bot; None for what has no counterpart."""
    if text in utterances:
        return {"any_of": [{"says~": option} for option in utterances[text]]}
    if found := _TEXT_ASSERTER.fullmatch(text):
        texts = [part.strip().replace("\\|", "|") for part in re.split(r"(?<!\\)\|", found["texts"])]
        parts = [_part(found["kind"], part, found["case"] is None) for part in texts]
        if not all(map(readable, parts)):
            return None
        if len(parts) > 1 and found["all"] != "_ALL":
            return {"any_of": [{"says~": part} for part in parts]}
        return {"says~": parts if len(parts) > 1 else parts[0]}
    if _HOOK.fullmatch(text) or _MEMORY.search(text) or text.startswith("?"):
        return None
    return {"says~": text}


def _part(kind: str, text: str, exact_case: bool) -> str:
    """One text of an asserter as a part of `says~`; what is more than "contains" becomes a regular expression."""
    if kind == "CONTAINS" and exact_case:
        return text
    pattern = text if kind == "REGEXP" else re.escape(text).replace("\\ ", " ")
    whole = f"^{pattern}$" if kind in ("EQUALS", "EXACT") else pattern
    return f"/{'' if exact_case else '(?i)'}{whole}/"
