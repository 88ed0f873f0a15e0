"""Packs load whole, or say in which line what is wrong and what to write instead."""

import wave

import pytest

from tests.hotlines.packs import QUESTIONS, complaint, edit, loaded, replace_text, shop
from voicebot.errors import PackError
from voicebot.hotlines import bundled_hotlines, find_hotline, load_hotline
from voicebot.types import Timeouts

ZH, EN = QUESTIONS["zh-CN"], QUESTIONS["en-US"]


def test_a_pack_is_found_by_name_by_folder_and_by_file(tmp_path):
    folder = shop(tmp_path)
    assert bundled_hotlines() == ["hotline_95188"]
    assert find_hotline(str(folder)) == find_hotline(str(folder / "hotline.yaml")) == folder
    assert find_hotline("hotline_95188").name == "hotline_95188"
    for wrong in ("skeleton", "no_such", "x" * 5000, "\0", ""):
        with pytest.raises(PackError, match="no such hotline; these ship: hotline_95188"):
            find_hotline(wrong)


def test_what_a_pack_says_is_what_is_loaded(tmp_path):
    folder = shop(tmp_path)
    replace_text(folder / "hotline.yaml", "parts:\n", "thresholds: {answer: 0.8}\ntimeouts: {supplement: {noinput: 9}}\nparts:\n")
    hotline = loaded(folder)
    assert hotline.language == "zh-CN"
    assert list(hotline.questions) == ["parcel_late", "refund_status", "phone_change"]
    assert hotline.questions["phone_change"].skill_group == "accounts"
    assert hotline.thresholds == {"answer": 0.8}
    assert hotline.timeouts["supplement"] == Timeouts(noinput=9)
    assert hotline.timeouts["survey"].noinput == 4.0, "from the part"
    assert hotline.survey
    assert hotline.parts == ("identity_check", "order_choice", "survey")


def test_the_hash_knows_every_file_of_the_pack_and_its_parts(tmp_path):
    folder = shop(tmp_path)
    before = loaded(folder).sha256
    assert loaded(folder).sha256 == before
    (folder / "profiles.yaml").write_text("profiles: []")
    assert loaded(folder).sha256 == before, "nothing of a call depends on it"
    (folder / "parts").mkdir()
    part = find_hotline("hotline_95188").parent / "parts" / "survey.yaml"
    (folder / "parts" / "survey.yaml").write_bytes(part.read_bytes() + b"# mine\n")
    assert loaded(folder).sha256 != before


def test_line_breaks_in_a_text_are_no_spaces_between_chinese_characters(tmp_path):
    folder = shop(tmp_path)
    replace_text(
        folder / "zh-CN/language.yaml", "greet: [您好，这里是智能客服。]", "greet: >-\n    您好，\n    这里是\n    A  B 客服。"
    )
    assert loaded(folder).prompts["greet"] == ("您好，这里是 A B 客服。",)


def test_a_prior_file_takes_the_place_of_the_prior(tmp_path):
    folder = shop(tmp_path)
    (folder / "prior.yaml").write_text("other: 1\nevents: {parcel_late: {parcel_late: 2.5}}\n")
    assert complaint(folder) == ["hotline.yaml:31: `prior:` is in prior.yaml, too; keep one of them"]
    edit(folder / "hotline.yaml", lambda data: {name: value for name, value in data.items() if name != "prior"})
    assert loaded(folder).prior.events == {"parcel_late": {"parcel_late": 2.5}}
    (folder / "prior.yaml").write_text("base:\n  parcel_lat: 1\n")
    assert complaint(folder) == ["prior.yaml:2: `parcel_lat` is not in the catalogue; did you mean `parcel_late`?"]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "hotline.yaml",
            "risk_group:",
            "risk_grup:",
            "`risk_grup:` is not known here; did you mean `risk_group`?",
        ),
        ("hotline.yaml", 'version: "1"', "version: 1", "`version:` must be text, not a number; put it in quotes"),
        ("hotline.yaml", "other: 0.5", "other: .nan", "`other:` `nan` is out of range; it must be"),
        (
            "hotline.yaml",
            "parcel_late: 3.0",
            "parcel_lat: 3.0",
            "`parcel_lat` is not in the catalogue; did you mean `parcel_late`?",
        ),
        ("hotline.yaml", "    parcel_late: {", "    late: {", "`late` is none of the events of hotline.yaml"),
        (
            "hotline.yaml",
            "{zh-CN: 订单, en-US",
            "{zh_CN: 订单, en-US",
            "`zh_CN:` `zh_CN` is not one of: zh-CN or en-US",
        ),
        ("hotline.yaml", "{zh-CN: 订单, en-US: orders}", "{en-US: orders}", "`orders` has no title in zh-CN"),
        ("hotline.yaml", "  survey:", "  surwey:", "there is no part `surwey`; did you mean `survey`?"),
        (
            "hotline.yaml",
            "prior:",
            "thresholds: {anser: 0.9}\nprior:",
            "`anser:` `anser` is no threshold; did you mean `answer`?",
        ),
        ("hotline.yaml", "prior:", "thresholds: {options: 4}\nprior:", "`options:` must be a whole number from 1 to 3, not 4"),
        ("hotline.yaml", "prior:", "timeouts: {opn: {}}\nprior:", "`opn:` `opn` is no state; did you mean `open`?"),
        ("hotline.yaml", "prior:", "timeouts: {open: {noinputs: 3}}\nprior:", "did you mean `noinput`?"),
        (
            "zh-CN/language.yaml",
            "voice: cmn",
            "voice: en-us",
            "the voice `en-us` does not speak zh-CN; use cmn…",
        ),
        ("zh-CN/language.yaml", "voice: cmn", "voice: ../x", "`voice:` `../x` is no espeak-ng voice"),
        ("zh-CN/language.yaml", "rate: 220", "rate: 900", "`rate:` `900` is out of range"),
        (
            "zh-CN/language.yaml",
            "  greet:",
            "  gret:",
            "`gret:` `gret` is no prompt of the house; did you mean `greet`?",
        ),
        ("zh-CN/language.yaml", "[您好，这里是智能客服。]", "'您好{name}。'", "`greet:` has no value for `{name}`"),
        ("zh-CN/language.yaml", "[您好，这里是智能客服。]", "'您好{。'", "has a curly bracket that belongs to no `{name}`"),
        ("zh-CN/language.yaml", "  greet:", "  confirm: 对吗\n  greet:", "`confirm:` must say `{question}`; put it in"),
        (ZH, "id: refund_status", "id: parcel_late", "question `parcel_late` is there twice, first at"),
        (ZH, "id: refund_status", "id: other", "`id:` `other` stands for a question that the catalogue lacks"),
        (ZH, "title: 退款进度", "title: 包裹没有到", "title `包裹没有到` is that of `parcel_late`, too"),
        (ZH, "title: 退款进度", "title: '  '", "`title:` is empty"),
        (ZH, "title: 退款进度", 'title: "退\\u202e款"', "`title:` holds the invisible character U+202E"),
        (ZH, "title: 退款进度", "title: 。。。", "`title:` has no word in it"),
        (
            ZH,
            "business: account",
            "business: acount",
            "`acount` is no business of hotline.yaml; did you mean `account`",
        ),
        (
            ZH,
            "use: [identity_check]",
            "use: [identity]",
            "there is no part `identity`; did you mean `identity_check`",
        ),
        (ZH, "{order_tail}", "{order}", "`{order}` is no slot of this question; did you mean `order_tail`?"),
        (ZH, "{order_tail}", "{amount:x}", "`answer:` `{amount:x}` is no amount"),
        (ZH, "related: [refund_status]", "related: [parcel_late]", "`parcel_late` is this question itself; take it out"),
        (ZH, "快递到哪里了", "查一下快递", "`查一下快递` is there twice; take one out"),
        (ZH, "    related: [refund_status]", "    slots: [{name: order_tail, title: x}]", "slot `order_tail` is there twice"),
        (
            ZH,
            "    related: [refund_status]",
            "    slots: [{name: a, title: x, kind: yesno}]",
            "`slots:` item 1 a slot cannot be of kind yesno",
        ),
        (ZH, "    related: [refund_status]", "    agent_only: yes", "`agent_only:` must be true or false, not text"),
    ],
)
def test_a_mistake_is_located_and_says_what_to_write(tmp_path, file, old, new, said):
    folder = shop(tmp_path)
    replace_text(folder / file, old, new)
    text = (folder / file).read_text()
    lines = [number for number, line in enumerate(text.splitlines(), 1) if new in line]
    found = complaint(folder)
    assert any(said in mistake for mistake in found), found
    assert all(".yaml:" in mistake for mistake in found)
    if "\n" not in new:
        assert found[0].startswith(tuple(f"{file}:{line}: " for line in lines))


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path):
    folder = shop(tmp_path)
    replace_text(folder / "zh-CN/language.yaml", "voice: cmn", "voice: en")
    replace_text(folder / ZH, "business: account", "business: acount")
    replace_text(folder / ZH, "use: [order_choice]", "use: [order_choic]")
    assert len(complaint(folder)) == 3


def test_many_mistakes_are_cut_short(tmp_path):
    folder = shop(tmp_path)
    edit(folder / "hotline.yaml", lambda data: data | {f"x{n}": n for n in range(50)})
    found = complaint(folder)
    assert len(found) == 31
    assert found[-1] == "and 20 more mistakes; put these right first"


def test_files_that_nothing_reads_are_told(tmp_path):
    folder = shop(tmp_path)
    (folder / "zh-CN/questions/more.yml").write_text("questions: []")
    (folder / "zh_CN").mkdir()
    (folder / "zh_CN/language.yaml").write_text("title: x")
    found = complaint(folder)
    assert [line.partition(":")[0] for line in found] == ["zh-CN/questions/more.yml", "zh_CN/language.yaml"]


def test_a_language_that_is_missing_is_told_with_those_that_are_there(tmp_path):
    folder = shop(tmp_path)
    (folder / "en-US/language.yaml").unlink()
    with pytest.raises(PackError, match="has no en-US/language.yaml; it speaks zh-CN"):
        load_hotline(str(folder), "en-US")
    for file in (folder / "zh-CN/questions").glob("*"):
        file.unlink()
    assert "holds no *.yaml with questions" in complaint(folder)[0]


# ---------------------------------------------------------------- recordings


def record(path, seconds=0.5, rate=16000, channels=1, width=2):
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        file.writeframes(bytes(int(seconds * rate) * channels * width))


def test_a_recorded_prompt_and_a_recorded_answer_are_found_by_their_text(tmp_path):
    folder = shop(tmp_path)
    replace_text(folder / "zh-CN/language.yaml", "greet: [您好，这里是智能客服。]", "greet: {text: 您好。, audio: hello.wav}")
    replace_text(folder / ZH, "    related: [parcel_late]", "    audio: refund.wav")
    record(folder / "zh-CN/hello.wav")
    record(folder / "zh-CN/refund.wav", rate=8000)
    hotline = loaded(folder)
    assert hotline.recordings == {"hello.wav": folder / "zh-CN/hello.wav", "refund.wav": folder / "zh-CN/refund.wav"}
    assert hotline.recorded == {"您好。": "hello.wav", hotline.questions["refund_status"].answer: "refund.wav"}


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("hello.wav", None, "there is no recording `hello.wav`"),
        ("../../hello.wav", None, "lies outside"),
        ("hello.wav", lambda path: path.write_bytes(b"RIFF"), "cannot be read"),
        ("hello.wav", lambda path: path.mkdir(), "there is no recording"),
        ("hello.wav", lambda path: record(path, seconds=0), "is empty or cut short"),
        (
            "hello.wav",
            lambda path: record(path, channels=2),
            "has 2 channels, 16 bits, 16000 Hz; save it as a 16-bit PCM WAV, mono",
        ),
        ("hello.wav", lambda path: record(path, width=1), "has 1 channels, 8 bits"),
        ("hello.wav", lambda path: record(path, rate=96000), "96000 Hz"),
        ("hello.wav", lambda path: record(path, seconds=121, rate=8000), "lasts 121 s; 120 at most"),
    ],
)
def test_a_recording_that_cannot_be_played_is_told(tmp_path, name, make, said):
    folder = shop(tmp_path)
    replace_text(folder / "zh-CN/language.yaml", "greet: [您好，这里是智能客服。]", f"greet: {{text: 您好。, audio: {name}}}")
    if make is not None:
        make(folder / "zh-CN" / name)
    (found,) = complaint(folder)
    assert found.startswith(("zh-CN/language.yaml:7: the recording", "zh-CN/language.yaml:7: there is"))
    assert said in found


def test_a_recording_cannot_say_a_blank(tmp_path):
    folder = shop(tmp_path)
    replace_text(folder / "zh-CN/language.yaml", "  greet:", "  confirm: {text: '是{question}吗', audio: a.wav}\n  greet:")
    record(folder / "zh-CN/a.wav")
    assert "a recording cannot say `{question}`" in complaint(folder)[0]


def test_a_notice_in_the_language_goes_before_the_packs() -> None:
    assert "Ant Group" in load_hotline("hotline_95188", "en-US").notice
    assert "蚂蚁集团" in load_hotline("hotline_95188", "zh-CN").notice
