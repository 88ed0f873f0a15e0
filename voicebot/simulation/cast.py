"""Everything that callers of one hotline are made from: population, bank, voices, and the ear they share."""

from dataclasses import dataclass, field
from pathlib import Path

from voicebot.hotlines.schema import Hotline
from voicebot.simulation.callers import SimulatedCaller, draw_caller
from voicebot.simulation.ear import Ear
from voicebot.simulation.mind import Mind
from voicebot.simulation.phrasing import Phrasing
from voicebot.simulation.population import Population, load_population
from voicebot.simulation.voices import LanguageVoices, load_voices
from voicebot.simulation.wordings import Wordings, load_wordings


@dataclass(frozen=True)
class Cast:
    """Draws callers and gives them a mind."""

    hotline: Hotline
    population: Population
    bank: Wordings
    voices: LanguageVoices
    ear: Ear = field(repr=False)

    @classmethod
    def load(
        cls, hotline: Hotline, population: Path | None = None, wordings: Path | None = None, voices: Path | None = None
    ) -> "Cast":
        """From files, by default those that ship. Raises `PackError` with every mistake of the first file that has any."""
        return cls(
            hotline,
            load_population(population),
            load_wordings(hotline, wordings),
            load_voices(hotline.language, voices),
            Ear(hotline),
        )

    def caller(self, seed: int, number: int) -> SimulatedCaller:
        return draw_caller(self.population, self.voices, self.hotline, seed, number)

    def mind(self, caller: SimulatedCaller, system: str) -> Mind:
        """The caller's mind for a call to `system`."""
        return Mind(caller, self.hotline, self.population, self.phrasing(caller), keys_only=system == "menu")

    def phrasing(self, caller: SimulatedCaller) -> Phrasing:
        """The caller's way of putting things."""
        return Phrasing(caller, self.bank, self.population)
