"""What needs a whole engine to be known of a pack: `voicebot hotline check` and `fit-prior`."""

from voicebot.checking.findings import Finding
from voicebot.checking.packs import CheckedPack, check_pack
from voicebot.checking.priors import JudgedPrior, fit_and_judge

__all__ = ["CheckedPack", "Finding", "JudgedPrior", "check_pack", "fit_and_judge"]
