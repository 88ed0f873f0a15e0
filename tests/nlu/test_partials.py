"""What the words so far amount to for the floor: signs of listening, what may become one, and everything else."""

import pytest

from voicebot.nlu import Nlu, NluData
from voicebot.types import Completion, Expectation, Hearing, Language

STATEMENT = Expectation("statement")
EXAMPLES: dict[Language, dict[str, tuple[str, ...]]] = {
    "zh-CN": {"limit": ("我的花呗额度降了", "怎么提高额度"), "refund": ("退款没到账", "退款要几天")},
    "en-US": {"limit": ("my limit went down", "how do i raise my limit"), "refund": ("where is my refund", "i want a refund")},
}


@pytest.fixture(scope="module")
def nlus() -> dict[Language, Nlu]:
    return {language: Nlu(NluData(language, examples)) for language, examples in EXAMPLES.items()}


@pytest.mark.parametrize(
    ("language", "partial"),
    [
        ("zh-CN", "可以"), ("zh-CN", "哦 我 知道 了"), ("zh-CN", "好 的 没 问题"), ("zh-CN", "噢 原来 是 这样"),
        ("en-US", "oh that makes sense"), ("en-US", "right of course"), ("en-US", "i understand"),
    ],
)  # fmt: skip
def test_a_sign_of_listening_is_known_by_its_words(nlus: dict[Language, Nlu], language: Language, partial: str) -> None:
    assert nlus[language].hearing(partial, STATEMENT) is Hearing.BACKCHANNEL
    assert nlus[language].said(partial) == 0


@pytest.mark.parametrize(("language", "partial"), [("zh-CN", "哦 原来"), ("en-US", "oh i"), ("en-US", "that makes")])
def test_what_may_become_a_sign_of_listening_says_nothing_yet(
    nlus: dict[Language, Nlu], language: Language, partial: str
) -> None:
    assert nlus[language].said(partial) == 0


@pytest.mark.parametrize(("language", "partial"), [("zh-CN", "就是"), ("en-US", "my"), ("en-US", "no"), ("en-US", "so")])
def test_what_opens_a_turn_begins_no_sign_of_listening(nlus: dict[Language, Nlu], language: Language, partial: str) -> None:
    assert nlus[language].said(partial) > 0


@pytest.mark.parametrize(
    ("language", "partial", "said"),
    [
        ("zh-CN", "不 知道 了", 1),
        ("zh-CN", "位 是 的", 1),
        ("zh-CN", "对 我 要 挂失", 6),
        ("en-US", "oh i lost my card", 4),
        ("en-US", "yes so my card", 5),
        ("en-US", "oh for right", 1),
    ],
)
def test_signs_of_listening_around_the_words_do_not_count(
    nlus: dict[Language, Nlu], language: Language, partial: str, said: int
) -> None:
    """A murmur misheard as one syllable makes no turn of the sign behind it; "so" and 我要 open one and count for two more."""
    assert nlus[language].said(partial) == said


@pytest.mark.parametrize(
    ("partial", "completion"),
    [
        ("是 我 本人 操作 的", Completion.UNKNOWN),
        ("不 是 我 自己 买 的", Completion.UNKNOWN),
        ("是 我 的", Completion.INCOMPLETE),
        ("我 上 个 月 买 的", Completion.INCOMPLETE),
    ],
)
def test_what_says_that_it_is_so_is_whole_with_its_last_syllable(
    nlus: dict[Language, Nlu], partial: str, completion: Completion
) -> None:
    assert nlus["zh-CN"].completion(partial, Expectation("open")) is completion


@pytest.mark.parametrize(
    ("language", "partial", "completion"),
    [
        ("zh-CN", "你 听 错 了", Completion.COMPLETE), ("zh-CN", "你 没 明白 我 的 意思", Completion.UNKNOWN),
        ("en-US", "you got that wrong", Completion.COMPLETE), ("en-US", "you misunderstood what i said", Completion.UNKNOWN),
    ],
)  # fmt: skip
def test_who_says_that_the_bot_got_it_wrong_may_go_on_to_say_what_is_right(
    nlus: dict[Language, Nlu], language: Language, partial: str, completion: Completion
) -> None:
    """The short forms, which the recogniser is asked to listen for, are answers as "no" is."""
    assert nlus[language].completion(partial, Expectation("yesno")) is completion
    assert nlus[language].hearing(partial, Expectation("yesno")) is Hearing.HOTWORD
