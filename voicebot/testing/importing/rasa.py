"""rasa's end-to-end tests (`test_cases:`) and test stories (`stories:`) as dialogue scripts.

User messages become `caller:` (entities marked in them are left to the bot), `bot:` texts `says`, named utterances the act of the
same name where there is one, filled slots `slots:`, and of the assertions those on wording and slots. Everything else (intents,
flows, actions, fixtures, metadata, payloads such as `/greet{…}`) has no counterpart and is listed.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from voicebot.errors import PackError
from voicebot.hotlines.yaml_source import YamlSource
from voicebot.testing.importing.carrying import Draft, Imported, act_named, readable
from voicebot.types import Language

_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
"""Words with an entity marked: `[credit score](product)`, `[credit score]{"entity": "product"}`."""


def import_rasa(path: Path, language: Language, hotline: str) -> list[Imported]:
    """Every test case or story in the file. Raises `PackError` for a file that has neither."""
    source = YamlSource(path)
    body = source.mapping()
    kinds = [("test_cases", "test_case"), ("stories", "story")]
    cases = [(key, index, case, name) for key, name in kinds for index, case in enumerate(_listed(body.get(key)))]
    if not cases:
        raise PackError(f"{path}:1: has neither `test_cases:` nor `stories:`; is it a rasa test file?")
    shared = [f"`{key}:` of the whole file" for key in body if key not in ("test_cases", "stories", "version")]
    imported = []
    for key, index, case, name in cases:
        if not isinstance(case, Mapping):
            raise PackError(f"{source.at((key, index))}: a test must be a mapping with `{name}:` and `steps:`")
        draft = Draft(str(case.get(name, f"test {index + 1}")), source.at((key, index)))
        for what in [*shared, *(f"`{field}:` of the test" for field in case if field not in (name, "steps"))]:
            draft.lose(what)
        for number, step in enumerate(_listed(case.get("steps"))):
            _step(draft, step, source.line((key, index, "steps", number)))
        imported.append(draft.finished(language, hotline))
    return imported


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _step(draft: Draft, step: Any, line: int) -> None:
    """One step, its losses named with its line."""
    if not isinstance(step, Mapping):
        draft.lose(str(step), line)
        return
    for key, value in step.items():
        match key:
            case "user" if isinstance(value, str) and not value.strip().startswith("/"):
                draft.caller(_ENTITY.sub(r"\1", " ".join(value.split())))
            case "bot" if isinstance(value, str):
                draft.expect(says=value.strip())
            case "utter" | "action" if (act := act_named(str(value))) is not None:
                draft.expect(act=act)
            case "slot_was_set":
                _slots(draft, value, line)
            case "assertions":
                for assertion in _listed(value):
                    _assertion(draft, assertion, line)
            case _:
                draft.lose(f"{key}: {_brief(value)}", line)


def _slots(draft: Draft, value: Any, line: int) -> None:
    """`slot_was_set`: names alone, or with values."""
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, Mapping) and "name" in entry and "value" in entry:
            entry = {entry["name"]: entry["value"]}
        if not isinstance(entry, Mapping):
            draft.lose(f"slot_was_set: {_brief(entry)} (a script needs its value)", line)
            continue
        for name, wanted in entry.items():
            if wanted is None:
                draft.lose(f"slot_was_set: {name} is empty", line)
            else:
                draft.expect(slots={str(name): str(wanted).lower() if isinstance(wanted, bool) else str(wanted)})


def _assertion(draft: Draft, assertion: Any, line: int) -> None:
    for key, value in assertion.items() if isinstance(assertion, Mapping) else [(str(assertion), None)]:
        if key == "slot_was_set":
            _slots(draft, value, line)
        elif key == "bot_uttered" and isinstance(value, Mapping):
            for name, wanted in _uttered(value):
                if name is None:
                    draft.lose(f"assertion bot_uttered: {wanted}", line)
                else:
                    draft.expect(**{name: wanted})
        elif key == "bot_did_not_utter" and (pattern := _only_pattern(value)):
            draft.expect(**{"not": {"says~": pattern}})
        else:
            draft.lose(f"assertion {key}: {_brief(value)}", line)


def _only_pattern(value: Any) -> str | None:
    """The pattern of what must not be said, where nothing else is given."""
    pattern = f"/{value['text_matches']}/" if isinstance(value, Mapping) and value.keys() == {"text_matches"} else ""
    return pattern if readable(pattern) else None


def _uttered(value: Mapping[str, Any]) -> Iterator[tuple[str | None, str]]:
    for key, wanted in value.items():
        if key == "text_matches" and readable(f"/{wanted}/"):
            yield "says_like", f"/{wanted}/"
        elif key == "utter_name" and (act := act_named(str(wanted))) is not None:
            yield "act", act
        else:
            yield None, f"{key}: {_brief(wanted)}"


def _brief(value: Any) -> str:
    text = str(value).replace("\n", " ").strip()
    return text if len(text) <= 80 else f"{text[:79]}…"
