"""The picture of the tables in states.py, for docs/dialogue.md: python -m voicebot.dialogue.diagram writes it to stdout."""

import sys

from voicebot.dialogue.states import ALWAYS, LEADS, TABLE, WAYS, State


def diagram() -> str:
    """The tables as a Mermaid state diagram. Universal commands, silence and running out of patience are left to the text."""
    lines = ["stateDiagram-v2", "    [*] --> new", *(f"    state {way} <<choice>>" for way in WAYS)]
    for state, row in TABLE.items():
        edges: dict[str, list[str]] = {}
        for trigger, reaction in row.items():
            if state is State.NEW or ALWAYS.get(trigger) != reaction:
                for target in LEADS[reaction]:
                    edges.setdefault(target, []).append(trigger)
        lines += [f"    {state} --> {target}: {', '.join(triggers)}" for target, triggers in edges.items()]
    lines += [f"    {way} --> {state}" for way, states in WAYS.items() for state in State if state in states]
    return "\n".join([*lines, "    bye --> [*]", "    ended --> [*]", ""])


if __name__ == "__main__":
    sys.stdout.write(diagram())
