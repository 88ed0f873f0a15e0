"""Which wording is most like the one that was expected."""

from voicebot.testing.alike import nearest_part, nearest_whole, sentences_of


def test_sentences_end_at_stops_and_not_at_decimal_points() -> None:
    assert sentences_of("利息是2.5元。还有吗？没有") == ["利息是2.5元。", "还有吗？", "没有"]
    assert sentences_of("It is 2.5 dollars. Right?") == ["It is 2.5 dollars.", "Right?"]
    assert sentences_of("") == []


def test_a_part_is_looked_for_where_most_of_it_is() -> None:
    sentences = ["About removing a bank card: Open bank cards, tap the card.", "You can not remove a card now."]
    assert nearest_part("the card ending in 3862", sentences) == sentences[0]
    assert nearest_part("/can.not remove/", sentences) == sentences[1]
    assert nearest_part("x", []) == ""


def test_a_whole_wording_is_compared_from_end_to_end() -> None:
    answer, turn = "点开这张卡就能看。", "收到。点开这张卡就能看。这样清楚了吗？"
    assert nearest_whole("点开那张卡就能看。", [answer, turn]) == answer
    assert nearest_whole("收到。点开那张卡就能看。这样清楚吗？", [answer, turn]) == turn
