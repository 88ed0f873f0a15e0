"""The bank of wordings: what is wrong with a file is said with its line and wordings near an example are found."""

from pathlib import Path

import pytest

from voicebot.errors import PackError
from voicebot.hotlines import load_hotline
from voicebot.simulation.wordings import QuestionWordings, load_wordings, too_close


def test_wordings_near_an_example_are_found():
    hotline = load_hotline("hotline_95188", "zh-CN")
    bank = load_wordings(hotline)
    example = hotline.questions["huabei_close"].examples[0]
    for near in (example, example[1:], example + "了吧", f"呃，{example}。"):
        planted = QuestionWordings(clear=(near,), vague=("我那边有一件特别特别麻烦的事情要处理",))
        changed = bank.model_copy(update={"questions": {"huabei_close": planted}})
        assert [found.wording for found in too_close(changed, hotline.questions["huabei_close"].examples)] == [near]


def test_mistakes_are_told_with_their_lines(tmp_path):
    hotline = load_hotline("hotline_95188", "zh-CN")
    path = tmp_path / "bank.yaml"
    path.write_text("language: zh-CN\nquestions:\n  huabei_close: {clear: [不要了]}\ncorrections: [不是]\n", encoding="utf8")
    with pytest.raises(PackError) as complaint:
        load_wordings(hotline, path)
    assert "bank.yaml:3: `vague:` is missing" in str(complaint.value)
    assert "bank.yaml:4:" in str(complaint.value)
    assert "{question}" in str(complaint.value)


def test_bank_must_fit_the_hotline(tmp_path):
    path = tmp_path / "bank.yaml"
    path.write_text(_without_one_question(), encoding="utf8")
    with pytest.raises(PackError, match="no wordings for huabei_close"):
        load_wordings(load_hotline("hotline_95188", "zh-CN"), path)


def _without_one_question() -> str:
    text = Path("voicebot/simulation/wordings/zh-CN.yaml").read_text(encoding="utf8")
    return text.replace("  huabei_close:", "  huabei_closed:", 1)
