"""Grammars: what the parser takes and refuses, and what a rule matches, spots, expands to and says no to."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.errors import PackError
from voicebot.grammar import Grammar, house_folder, house_grammar, join, token_texts, tokenise
from voicebot.types import LANGUAGES, Language

HEAD = "#JSGF V1.0 UTF-8 zh;\ngrammar t;\n"


def grammar(rules: str) -> Grammar:
    return Grammar.parse(HEAD + rules, "t.jsgf")


def test_a_rule_matches_whole_texts_only_and_ignores_spaces_and_punctuation() -> None:
    g = grammar("public <yes> = (是的 | 对 [的 | 呀]) {affirm};")
    for text in ("是的", "是 的", "对呀", "对，呀！"):
        found = g.match("yes", text)
        assert found is not None
        assert found.tags == ("affirm",)
    assert g.match("yes", "是的吗") is None
    assert g.match("yes", "") is None


def test_tags_come_in_the_order_in_which_they_are_said() -> None:
    g = grammar("<d> = 一 {1} | 幺 {1} | 二 {2}; public <digits> = <d>+ {end};")
    found = g.match("digits", "幺二一")
    assert found is not None
    assert found.tags == ("1", "2", "1", "end")
    assert found.tag == "end"


def test_spotting_finds_the_longest_match_and_says_where() -> None:
    g = grammar("public <help> = 人工 {a} | 转人工 {b} | 转人工客服 {c};")
    found = g.find("help", "你好，给我转人工客服吧")
    assert found is not None
    assert (found.text, found.tags) == ("转人工客服", ("c",))
    assert "你好，给我转人工客服吧"[found.start : found.end] == "转人工客服"
    assert [match.tag for match in g.find_all("help", "人工，转人工")] == ["a", "b"]


def test_english_words_are_whole_words() -> None:
    g = grammar("public <no> = no {deny} | that's (right | it) {affirm};")
    assert g.find("no", "now or never") is None
    assert g.match("no", "That’s  RIGHT") is not None


def test_weights_put_the_likely_first() -> None:
    assert grammar("public <x> = /0.1/ 甲 | /5/ 乙 | 丙;").expand("x") == ("乙", "丙", "甲")
    ambiguous = grammar("public <x> = 好 {understood} | /2/ 好 {affirm};").match("x", "好")
    assert ambiguous is not None
    assert ambiguous.tags == ("affirm",)


def test_expansion_lists_each_phrase_once_and_refuses_the_endless_and_the_huge() -> None:
    g = grammar("public <x> = [请] (再说 | 重说) [一遍]; public <y> = <x>+; public <z> = <NULL> | 好 | <VOID>;")
    assert set(g.expand("x")) == {a + b + c for a in ("", "请") for b in ("再说", "重说") for c in ("", "一遍")}
    assert g.expand("z") == ("好",)
    with pytest.raises(PackError, match=r"t\.jsgf:3: <y> repeats without end"):
        g.expand("y")
    with pytest.raises(PackError, match="more than 3 phrases"):
        g.expand("x", limit=3)


def test_words_lists_what_a_rule_can_hold() -> None:
    assert grammar("public <x> = no thanks | 不用*;").words("x") == ("no", "thanks", "不", "用")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("grammar t;", "t.jsgf:1: a grammar begins with its header"),
        (HEAD + "public <a> = 好", "t.jsgf:3: expected `;`"),
        (HEAD + "public <a> = ;", "t.jsgf:3: something to say is missing"),
        (HEAD + "\npublic <a> = (好 | 行;", "t.jsgf:4: expected `)` for the bracket opened on line 4"),
        (HEAD + "public <a> = 好 {yes;", "t.jsgf:3: `{` is never closed"),
        (HEAD + "public <a> = <b>;", "t.jsgf:3: <b> is defined nowhere"),
        (HEAD + "public <a> = 好;\n<a> = 行;", "t.jsgf:4: rule <a> was already defined on line 3"),
        (HEAD + "<a> = 好 <b>;\n<b> = <a>;", "<a> → <b> → <a> goes in a circle"),
        (HEAD + "public <a> = /x/ 好;", "t.jsgf:3: "),
        (HEAD + "public <a> = 好 );", "t.jsgf:3: expected `;`, not `)`"),
        (HEAD + "public <a> = !!;", "holds nothing that can be said"),
        (HEAD + "import <digits>;", "t.jsgf:3: <digits> names no rule of another grammar"),
        (HEAD + "import <nowhere.*>;", "t.jsgf:3: there is no grammar nowhere.jsgf"),
        ("#JSGF V1.0;\npublic <a> = 好;", "t.jsgf:2: name the grammar"),
    ],
)
def test_mistakes_are_located_and_say_what_to_write(text: str, message: str) -> None:
    with pytest.raises(PackError) as caught:
        Grammar.parse(text, "t.jsgf")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unknown_rules_are_refused_with_the_names_there_are() -> None:
    with pytest.raises(PackError, match="no rule <b> in grammar t: it has <a>"):
        grammar("public <a> = 好;").match("b", "好")


def test_imports_bring_public_rules_and_keep_private_ones_apart(tmp_path: Path) -> None:
    (tmp_path / "digits.jsgf").write_text("#JSGF V1.0;\ngrammar digits;\n<one> = 幺 {1};\npublic <d> = <one> | 二 {2};", "utf-8")
    main = tmp_path / "main.jsgf"
    main.write_text(
        "#JSGF V1.0;\ngrammar main;\nimport <digits.*>;\n<one> = 零 {0};\npublic <n> = (<d> | <digits.d> | <one>)+;", "utf-8"
    )
    found = Grammar.load(main).match("n", "幺二零")
    assert found is not None
    assert found.tags == ("1", "2", "0")
    main.write_text("#JSGF V1.0;\ngrammar main;\nimport <digits.one>;\npublic <n> = <one>;", "utf-8")
    with pytest.raises(PackError, match="digits has no public rule <one>: it has <d>"):
        Grammar.load(main)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="cannot be read"):
        Grammar.load(tmp_path / "none.jsgf")
    (tmp_path / "bad.jsgf").write_bytes(b"#JSGF V1.0;\ngrammar bad;\npublic <a> = \xff\xfe;")
    with pytest.raises(PackError, match="is not UTF-8"):
        Grammar.load(tmp_path / "bad.jsgf")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shared_grammar_of_a_language_loads_and_both_languages_have_the_same(language: Language) -> None:
    names = {path.stem for path in house_folder(language).glob("*.jsgf")}
    assert names == {path.stem for path in house_folder("zh-CN").glob("*.jsgf")}
    for name in names:
        loaded = house_grammar(language, name)
        assert loaded.name == name
        for rule in loaded.public:
            assert loaded.words(rule)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_shared_rule_expands_to_it_also_matches(language: Language) -> None:
    for name, rule in (("yes_no", "affirm"), ("yes_no", "deny"), ("commands", "done"), ("spoken", "command"), ("banks", "bank")):
        loaded = house_grammar(language, name)
        for phrase in loaded.expand(rule):
            assert loaded.match(rule, phrase) is not None, phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_for_the_recogniser_stay_short(language: Language) -> None:
    """The recogniser compares what it heard with each phrase, and compiles the list at the start of an utterance."""
    spoken = house_grammar(language, "spoken")
    assert all(len(spoken.expand(rule)) <= 80 for rule in spoken.public)


_RULES = st.recursive(
    st.sampled_from(["甲", "乙", "丙丁", "yes", "no way"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} | {pair[1]})"),
        st.tuples(inner, inner).map(" ".join),
        inner.map(lambda part: f"[{part}] 戊"),
        inner.map(lambda part: f"({part}) {{tag}}"),
    ),
    max_leaves=8,
)


@given(_RULES)
def test_any_finite_rule_matches_exactly_what_it_expands_to(rule: str) -> None:
    g = grammar(f"public <x> = {rule};")
    phrases = g.expand("x")
    assert phrases
    assert all(g.match("x", phrase) is not None for phrase in phrases)
    assert all(g.match("x", phrase + "己") is None for phrase in phrases)
    assert set(g.words("x")) == {token for phrase in phrases for token in token_texts(phrase)}


@given(st.text(max_size=40))
def test_tokens_lie_where_they_say(text: str) -> None:
    for token in tokenise(text):
        assert text[token.start : token.end].lower().replace("’", "'").replace("‘", "'").replace("`", "'") == token.text
    assert token_texts(join(token_texts(text))) == token_texts(text)


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    found = complaint(HEAD + text)
    assert found is None or found.startswith("t.jsgf")


def complaint(text: str) -> str | None:
    """What is wrong with a grammar; None for a good one."""
    try:
        Grammar.parse(text, "t.jsgf")
    except PackError as error:
        return str(error)
    return None
