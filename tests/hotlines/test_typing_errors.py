"""A key with two letters exchanged: one line, which names file and line and proposes the key that was meant."""

import pytest
from ruamel.yaml import YAML

from tests.hotlines.mutants import everything, places
from tests.hotlines.packs import edit
from voicebot.errors import PackError
from voicebot.hotlines import load_hotline
from voicebot.hotlines.editor_schema import FILES, editor_schema
from voicebot.hotlines.names import STATES, TEMPLATES, THRESHOLDS
from voicebot.hotlines.yaml_source import YamlSource
from voicebot.types import LANGUAGES

FREE = {"businesses", "products", "events"}
"""Mappings whose keys a pack's author invents."""


def _known_keys():
    """Keys that the schema or the house names: of all others, nothing can be said."""
    models = editor_schema()["$defs"].values()
    return {name for model in models for name in model.get("properties", {})} | {*STATES, *TEMPLATES, *THRESHOLDS}


def _mistyped(key):
    """The second and third letter exchanged, or the last two where these are alike."""
    for at in (1, len(key) - 2, 0):
        if len(key) > at + 1 and key[at] != key[at + 1]:
            return key[:at] + key[at + 1] + key[at] + key[at + 2 :]
    return key + "x"


def _complaints(pack):
    said = []
    for language in LANGUAGES:
        try:
            load_hotline(str(pack), language)
        except PackError as error:
            said += str(error).splitlines()
    return list(dict.fromkeys(said))


def test_every_mistyped_key_is_one_line_that_names_the_right_one(tmp_path):
    pack = everything(tmp_path)
    known = _known_keys()
    tried = 0
    seen = set()
    for path in sorted(pack.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        data = YAML(typ="safe", pure=True).load(text)
        for *at, key in places(data):
            shape = (path, *(part for part in at if isinstance(part, str)), key)
            if key not in known or at[-1:] and at[-1] in FREE or shape in seen:
                continue
            seen.add(shape)
            wrong = _mistyped(key)

            def exchange(data, at=at, key=key, wrong=wrong):
                for part in at:
                    data = data[part]
                data[wrong] = data.pop(key)

            edit(path, exchange)
            line = YamlSource(path).line((*at, wrong))
            said = _complaints(pack)
            path.write_text(text, encoding="utf-8")
            assert len(said) == 1, f"{(*at, key)}: {said}"
            assert said[0].startswith(f"{path}:{line}: "), said
            assert f"`{wrong}`" in said[0] or f"`{wrong}:`" in said[0], said
            assert said[0].endswith(f"did you mean `{key}`?"), said
            tried += 1
    assert tried > 60


def test_a_key_that_resembles_nothing_lists_what_is_known_and_what_is_missing(tmp_path):
    pack = everything(tmp_path)
    path = pack / "en-US" / "language.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("voice:", "speaker:"), encoding="utf-8")
    said = [line.removeprefix(f"{path}:") for line in _complaints(pack)]
    assert said == [
        "1: `voice:` is missing; add it",
        "3: `speaker:` is not known here; known: notice, out_of_scope, prompts, rate, title, voice",
    ]


@pytest.mark.parametrize("kind", FILES)
def test_each_kind_of_file_has_a_schema(kind):
    assert editor_schema(kind)["$ref"].startswith("#/$defs/")
