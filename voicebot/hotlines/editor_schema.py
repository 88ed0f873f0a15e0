"""The packs' schema for editors: one JSON Schema that completes and checks every file of a pack while it is written.

It says less than loading does (names that belong together, blanks of prompts): `voicebot hotline check` is the judge.
"""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from voicebot.hotlines.names import STATES, TEMPLATES, THRESHOLDS
from voicebot.hotlines.profiles import Profile, ProfilesFile
from voicebot.hotlines.schema import HotlineFile, LanguageFile, PartFile, PriorWeights, QuestionsFile

FILES: dict[str, type[BaseModel]] = {
    "hotline": HotlineFile,
    "language": LanguageFile,
    "questions": QuestionsFile,
    "part": PartFile,
    "prior": PriorWeights,
    "profiles": ProfilesFile,
    "profile": Profile,
}
"""Name of a kind of file → what it holds."""


def editor_schema(kind: str | None = None) -> dict[str, Any]:
    """JSON Schema (2020-12) of one kind of file, or of any: which one is told by its keys."""
    _, schema = models_json_schema([(model, "validation") for model in FILES.values()])
    definitions = schema["$defs"]
    for definition in definitions.values():
        _complete(definition)
    names = {name: model.__name__ for name, model in FILES.items()}
    chosen = [names[kind]] if kind else list(names.values())
    references = [{"$ref": f"#/$defs/{name}"} for name in chosen]
    head = {"$schema": GenerateJsonSchema.schema_dialect, "title": f"voicebot: a pack's {kind or 'files'}"}
    return head | (references[0] if len(references) == 1 else {"anyOf": references}) | {"$defs": definitions}


_NAMED = {"prompts": TEMPLATES, "thresholds": THRESHOLDS, "timeouts": STATES}


def _complete(definition: dict[str, Any]) -> None:
    """Name the keys that a mapping may have, and let texts stand where several, or more than a text, may."""
    for name, field in definition.get("properties", {}).items():
        if name in _NAMED and "additionalProperties" in field:
            field["propertyNames"] = {"enum": sorted(_NAMED[name])}
            _loosen(field["additionalProperties"])
        if name in ("ask", "again", "offer"):
            for choice in field.get("anyOf", [field]):
                _loosen(choice)
        if "patternProperties" in field:
            field["additionalProperties"] = False  # else a key that is no name would pass as one that nothing is said about
        if name == "parts" and "patternProperties" in field:
            named = {key: field.pop(key) for key in ("type", "patternProperties", "additionalProperties")}
            named["patternProperties"] = {
                pattern: {"anyOf": [use, {"type": "null"}]} for pattern, use in named["patternProperties"].items()
            }
            field["anyOf"] = [named, {"type": "array", "items": {"type": "string"}, "uniqueItems": True}]


def _loosen(field: dict[str, Any]) -> None:
    """A list of wordings may be one wording, and a wording a text."""
    if field.get("type") != "array" or "Wording" not in str(field.get("items")):
        return
    one = [{"type": "string"}, field["items"]]
    listed = {**field, "items": {"anyOf": one}}
    field.clear()
    field["anyOf"] = [*one, listed]
