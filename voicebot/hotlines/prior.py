"""P(question | who is calling and what just happened to them): a log-linear model with the pack's weights.

log P(q | profile) = base[q] + Σ events[e][q] · 0.5^rank(e) + Σ products[p][q] − log Z

The most recent event weighs in full, each earlier one half of the one before. With no profile every question is as likely as its
base weight says, and none stands out.
"""

import math
from collections.abc import Mapping
from typing import Any

from voicebot.hotlines.schema import Hotline
from voicebot.types import OTHER

FADING = 0.5
"""What each earlier event weighs against the one after it."""


def prior(hotline: Hotline, profile: Mapping[str, Any] | None) -> dict[str, float]:
    """P of every question and `OTHER`; they sum to one."""
    weights = hotline.prior
    logs = {question: weights.base.get(question, 0.0) for question in hotline.questions}
    for rank, event in enumerate((profile or {}).get("events", ())):
        for question, weight in weights.events.get(event, {}).items():
            logs[question] += weight * FADING**rank
    for product in (profile or {}).get("products", ()):
        for question, weight in weights.products.get(product, {}).items():
            logs[question] += weight
    logs[OTHER] = weights.other
    top = max(logs.values())
    scaled = {question: math.exp(value - top) for question, value in logs.items()}
    total = math.fsum(scaled.values())
    return {question: value / total for question, value in scaled.items()}
