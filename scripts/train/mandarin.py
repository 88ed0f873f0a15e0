"""Mandarin words as phones: an initial, if there is one, and a final with its tone.

Readings come from pypinyin (MIT), in context for words. What speakers do to them: third tones before third tones, 一 and 不
before other tones, and characters with several readings of which a lone character may be any.
"""

from collections.abc import Iterator
from functools import cache

from inventory import Inventory
from pypinyin import Style, lazy_pinyin

_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcs")
_WHOLE = {"yi": "i", "yin": "in", "ying": "ing", "you": "iu", "wu": "u", "wei": "ui", "wen": "un"}
"""Syllables without an initial whose spelling hides their final."""

_FIXED = {"嗯": ("en1",), "喂": ("wei2",), "哦": ("o4",), "噢": ("o1",), "哎": ("ai1",), "唉": ("ai4",), "诶": ("ei2",)}

_READINGS = """
一 yi1 yi2 yi4; 不 bu4 bu2; 还 hai2 huan2; 的 de5 di4; 了 le5 liao3; 行 xing2 hang2; 得 de5 dei3 de2;
地 di4 de5; 长 chang2 zhang3; 都 dou1 du1; 重 zhong4 chong2; 为 wei4 wei2; 喂 wei2 wei4; 谁 shei2 shui2;
没 mei2 mo4; 给 gei3 ji3; 着 zhe5 zhao2 zhuo2; 过 guo4 guo5; 转 zhuan3 zhuan4; 调 tiao2 diao4;
好 hao3 hao4; 会 hui4 kuai4; 几 ji3 ji1; 结 jie2 jie1; 卡 ka3 qia3; 降 jiang4 xiang2; 参 can1 shen1;
曾 ceng2 zeng1; 查 cha2 zha1; 处 chu3 chu4; 传 chuan2 zhuan4; 大 da4 dai4; 弹 tan2 dan4; 担 dan1 dan4;
度 du4 duo2; 恶 e4 wu4; 干 gan4 gan1; 和 he2 huo5; 划 hua2 hua4; 奇 qi2 ji1; 强 qiang2 qiang3;
任 ren4 ren2; 扫 sao3 sao4; 色 se4 shai3; 上 shang4 shang5; 识 shi2 zhi4; 说 shuo1 shui4; 系 xi4 ji4;
血 xue4 xie3; 压 ya1 ya4; 约 yue1 yao1; 载 zai4 zai3; 涨 zhang3 zhang4; 折 zhe2 she2; 只 zhi3 zhi1;
中 zhong1 zhong4; 种 zhong3 zhong4; 应 ying1 ying4; 相 xiang1 xiang4; 兴 xing1 xing4; 要 yao4 yao1;
正 zheng4 zheng1; 发 fa1 fa4; 分 fen1 fen4; 更 geng4 geng1; 号 hao4 hao2; 假 jia3 jia4; 间 jian1 jian4;
将 jiang1 jiang4; 角 jiao3 jue2; 教 jiao4 jiao1; 觉 jue2 jiao4; 尽 jin3 jin4; 看 kan4 kan1;
空 kong1 kong4; 落 luo4 la4; 量 liang4 liang2; 难 nan2 nan4; 宁 ning2 ning4; 切 qie4 qie1; 曲 qu3 qu1;
少 shao3 shao4; 舍 she4 she3; 省 sheng3 xing3; 数 shu4 shu3; 似 si4 shi4; 提 ti2 di1; 通 tong1 tong4;
吐 tu3 tu4; 乐 le4 yue4; 朝 chao2 zhao1; 差 cha4 cha1 chai1; 称 cheng1 chen4; 乘 cheng2 sheng4;
冲 chong1 chong4; 倒 dao3 dao4; 当 dang1 dang4; 薄 bao2 bo2; 背 bei4 bei1; 便 bian4 pian2; 藏 cang2 zang4;
供 gong1 gong4; 观 guan1 guan4; 冠 guan4 guan1; 横 heng2 heng4; 率 lv4 shuai4; 模 mo2 mu2; 散 san4 san3;
盛 sheng4 cheng2; 校 xiao4 jiao4; 与 yu3 yu4; 扎 zha1 za1; 粘 zhan1 nian2; 子 zi3 zi5; 个 ge4 ge5; 么 me5;
们 men5; 来 lai2 lai5; 去 qu4 qu5; 里 li3 li5; 头 tou2 tou5; 吗 ma5; 吧 ba5 ba1; 呢 ne5; 啊 a5 a1;
呀 ya5 ya1; 哪 na3 nei3; 那 na4 nei4; 这 zhe4 zhei4; 什 shen2 shi2; 否 fou3; 露 lu4 lou4; 圈 quan1 juan4;
单 dan1 shan4; 解 jie3 xie4;
"""
"""Of characters alone, the likeliest first."""

NEUTRAL_TONE = "5"

_THIS = {"这": "zhei4", "那": "nei4", "哪": "nei3"}

_TONELESS = """
朋友 东西 时候 知道 先生 清楚 明白 麻烦 事情 地方 名字 关系 消息 意思 告诉 认识 喜欢 便宜 多少
漂亮 打算 衣服 学生 客气 师傅 休息 商量 太太 妈妈 爸爸 哥哥 姐姐 弟弟 妹妹 爷爷 奶奶 谢谢 看看
问问 想想 听听 试试 说说 等等 回来 出来 进来 过来 起来 下来 上来 回去 出去 进去 过去 下去 上去
里头 外头 前头 后头 早上 晚上 路上 网上 手上 身上 家里 那里 这里 哪里 手里 钱包 老实 规矩 力气
脾气 运气 客人 大夫 护士 丈夫 亲戚 孙子 故事 生意 买卖 收拾 招呼 打听 耽误 糊涂 马虎 小气 大方
实在 厉害 困难 舒服 暖和 凉快 热闹 痛快 结实 利索 别人 人家 咱们 自在 记得 觉得 懂得 值得 省得
晓得 舍得 认得 用处 好处 坏处 本事 差事 月亮 葡萄 窗户 钥匙 耳朵 眼睛 嘴巴 尾巴 工夫 功夫 动静
答应 应付 对付 吩咐 包涵 巴结 帮手 对头 码头 石头 木头 骨头 馒头 念头 年头 户头 甜头 势头
"""
_TONELESS_END = frozenset(_TONELESS.split())
"""Words that people end without a tone, and that pypinyin reads with one."""

_CHILDREN = frozenset(("女儿", "少儿", "幼儿", "婴儿", "孤儿"))
_TONES_BY_LIKENESS = "41325"


@cache
def _several() -> dict[str, tuple[str, ...]]:
    entries = (entry.split() for entry in _READINGS.replace("\n", " ").split(";") if entry.strip())
    return {character: tuple(readings) for character, *readings in entries}


def split_syllable(syllable: str) -> tuple[str | None, str]:
    """Pinyin with its tone's number → initial and final; `hua1` → `h`, `ua1`; `yuan2` → None, `van2`."""
    tone = syllable[-1] if syllable[-1].isdigit() else NEUTRAL_TONE
    body = syllable.rstrip("012345").replace("ü", "v")
    initial = next((start for start in _INITIALS if body.startswith(start)), None)
    final = body[len(initial) :] if initial else _bare_final(body)
    if initial in ("j", "q", "x") and final.startswith("u"):
        final = "v" + final[1:]
    if final == "ue":
        final = "ve"
    if final == "i" and initial in ("z", "c", "s"):
        final = "ii"
    if final == "i" and initial in ("zh", "ch", "sh", "r"):
        final = "iii"
    return initial, final + tone


def _bare_final(body: str) -> str:
    if body in _WHOLE:
        return _WHOLE[body]
    if body.startswith("yu"):
        return "v" + body[2:]
    if body.startswith("y"):
        return "i" + body[1:]
    return "u" + body[1:] if body.startswith("w") else body


def syllables(word: str) -> tuple[str, ...]:
    """The likeliest reading of a word, tones numbered."""
    if word in _FIXED:
        return _FIXED[word]
    if word in _several():
        return _several()[word][:1]
    return tuple(lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False))


def readings(word: str) -> set[tuple[str, ...]]:
    """How a word is said, in syllables: its reading, those of a lone character, and what neighbouring tones do inside it."""
    base = {(reading,) for reading in _several()[word]} if word in _several() else {syllables(word)}
    base |= {said for reading in base for said in _colloquial(word, reading)}
    return base | {_third_tones(reading) for reading in base} | {_yi_and_bu(word, reading) for reading in base}


def _colloquial(word: str, reading: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """这个 as zhèi ge, words whose end loses its tone, 儿 that only colours the syllable before it."""
    if len(word) != len(reading) or len(word) < 2:
        return
    if word[0] in _THIS:
        yield (_THIS[word[0]], *reading[1:])
    if word in _TONELESS_END or word[1:] in _TONELESS_END:
        yield (*reading[:-1], reading[-1][:-1] + NEUTRAL_TONE)
    if word[-1] == "儿" and word not in _CHILDREN:
        yield reading[:-1]


def _third_tones(reading: tuple[str, ...]) -> tuple[str, ...]:
    said = list(reading)
    for index in range(len(said) - 1):
        if said[index][-1] == "3" and said[index + 1][-1] == "3":
            said[index] = said[index][:-1] + "2"
    return tuple(said)


def _yi_and_bu(word: str, reading: tuple[str, ...]) -> tuple[str, ...]:
    said = list(reading)
    if len(word) != len(said):
        return reading
    for index in range(len(said) - 1):
        falling = said[index + 1][-1] == "4"
        if word[index] == "不" and falling:
            said[index] = "bu2"
        if word[index] == "一":
            said[index] = "yi2" if falling else "yi4"
    return tuple(said)


def phones(reading: tuple[str, ...], inventory: Inventory) -> tuple[str, ...] | None:
    """A reading in phones of the inventory; a toned final it lacks becomes the same final in another tone. None: not Mandarin."""
    said: list[str] = []
    for syllable in reading:
        initial, final = split_syllable(syllable)
        known = final if final in inventory.lengths else _another_tone(final, inventory)
        if known is None or (initial is not None and initial not in inventory.lengths):
            return None
        said += [initial, known] if initial else [known]
    return tuple(said)


def _another_tone(final: str, inventory: Inventory) -> str | None:
    return next((final[:-1] + tone for tone in _TONES_BY_LIKENESS if final[:-1] + tone in inventory.lengths), None)


def pronunciations(words: list[str], inventory: Inventory) -> dict[str, set[tuple[str, ...]]]:
    """Every word that can be said, and its ways of being said in phones."""
    said = {word: {phones(reading, inventory) for reading in readings(word)} for word in words}
    return {word: found for word, ways in said.items() if (found := {way for way in ways if way})}
