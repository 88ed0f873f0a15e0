"""The names that packs may use are those of the dialogue."""

import re
from dataclasses import fields

from voicebot.dialogue.policy import Thresholds
from voicebot.dialogue.states import State
from voicebot.dialogue.wording import WORDING
from voicebot.hotlines.names import STATES, TEMPLATES, THRESHOLDS


def test_templates_and_their_blanks_are_the_house_wording():
    for table in WORDING.values():
        assert set(table) == set(TEMPLATES)
    for name, (may, must) in TEMPLATES.items():
        used = [set(re.findall(r"\{(\w+)\}", text)) for table in WORDING.values() for text in table[name]]
        assert set().union(*used) <= may, name
        assert all(must <= blanks for blanks in used), name


def test_thresholds_are_those_of_the_policy_and_hold_its_defaults():
    defaults = {field.name: field.default for field in fields(Thresholds)}
    assert set(defaults) == set(THRESHOLDS)
    for name, value in defaults.items():
        assert THRESHOLDS[name].least <= value <= THRESHOLDS[name].most


def test_states_are_those_in_which_the_caller_may_speak():
    silent = {State.NEW, State.BYE, State.ENDED}
    assert set(STATES) == {"default"} | {str(state) for state in State if state not in silent}
