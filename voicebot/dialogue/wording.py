"""What the bot says when the pack does not say it differently: every template by name, in every language.

A name has one or more variants; the next one is taken each time, so that nothing is said the same way over and over. A pack's
prompt of the same name replaces all variants. `{question}` is a question's title, `{first}`, `{second}`, `{third}` the options of
a clarification, `{slot}` what a slot is called, `{value}` its value, `{examples}` two things one may say, `{answer}` an answer.

A prompt that asks, asks last: what follows a question would be talked over.
"""

from collections.abc import Mapping
from types import MappingProxyType

from voicebot.types import Language

_ZH: dict[str, tuple[str, ...]] = {
    "greet": ("您好，这里是智能客服。",),
    "proactive_guess": ("您是想问{question}的问题吗？", "请问是{question}的问题吗？", "是要办{question}这件事吗？"),
    "ask": ("请问有什么可以帮您？", "请直接说您遇到的问题。", "您想咨询什么业务？"),
    "guide": (
        "请您多说一点：是哪个产品，遇到了什么情况？比如，{examples}。",
        "您可以换个说法，说清楚产品和问题。比如，{examples}。",
        "请用一句话描述您的问题，比如，{examples}。",
    ),
    "clarify_2": (
        "您是想问{first}，还是{second}？",
        "是{first}，还是{second}？",
        "请选一个：第一，{first}；第二，{second}。是哪一个？",
    ),
    "clarify_3": (
        "您是想问{first}，{second}，还是{third}？",
        "第一，{first}；第二，{second}；第三，{third}。是哪一个？",
        "是{first}，{second}，还是{third}呢？",
    ),
    "confirm": ("您是想问{question}的问题，对吗？", "是{question}，对吗？", "我理解您要问的是{question}，对不对？"),
    "supplement": ("请告诉我您的{slot}。", "请说一下{slot}。", "请把{slot}念给我，也可以按键输入。"),
    "bad_slot": ("这个{slot}好像不对。", "我没有核对上这个{slot}。", "{slot}的位数或格式不对。"),
    "slot_missing": ("没有{slot}也没关系，我先按一般情况说。", "好的，那先不用{slot}。"),
    "read_back": ("我记下的{slot}是{value}，对吗？", "{slot}是{value}，没错吧？", "跟您核对一下，{slot}{value}，对吗？"),
    "read_back_passing": ("{slot}{value}，收到。", "好的，{slot}{value}。"),
    "answer": ("关于{question}：{answer}",),
    "answer_rest": ("{answer}",),
    "clear": ("{question}的问题，这样清楚了吗？", "{question}，我说清楚了吗？", "这样说，{question}的问题您清楚了吗？"),
    "more": ("请问还有其他问题吗？", "还有什么可以帮您的吗？", "您还有别的问题吗？"),
    "more_silent": ("如果没有别的问题，您可以直接挂机。还有其他问题吗？", "没有听到您说话。还需要别的帮助吗？"),
    "goodbye": ("感谢您的来电，再见。", "好的，祝您生活愉快，再见。", "不客气，再见。"),
    "transfer": ("好的，这就为您转接人工客服，请稍等。", "我为您转接人工客服，请不要挂机。"),
    "transfer_named": ("好的，{question}的问题，这就为您转接人工客服，情况我一并转告。",),
    "transfer_risk": ("情况紧急，我马上为您转接安全专员，请不要挂机。",),
    "transfer_noinput": ("一直没有听到您的声音，我为您转接人工客服，请稍等。",),
    "transfer_nomatch": ("抱歉，我还是没有听明白，我为您转接人工客服，请稍等。",),
    "transfer_exhausted": ("抱歉没能帮上您，我为您转接人工客服，您说的情况我一并转告。",),
    "offer_agent": ("需要为您转接人工客服吗？", "要不要我帮您转人工客服？", "帮您转给人工客服，好吗？"),
    "brief": ("好的，马上转人工。转接前请用一句话说说是什么问题？", "好的，转接之前，请说一下您的问题？"),
    "brief_confirm": ("好的，马上转人工。您要问的是{question}，对吗？", "转接之前确认一下，是{question}的问题，对吗？"),
    "repeat": ("好的，再说一遍。", "我再说一次。", "没问题，请听好。"),
    "slower": ("好的，我说慢一点。", "我慢慢说。", "好，再慢一些。"),
    "help": (
        "您可以直接说问题，也可以说重复、慢一点、返回、重新开始，或者转人工。",
        "您随时可以说重复、返回、重新开始；按零转人工，按星号重听。",
        "直接说问题就好；要找人工客服，请说转人工。",
    ),
    "back": ("好的，回到上一步。", "我们退回一步。", "好，返回。"),
    "no_back": ("已经是第一步了。", "前面没有步骤了。", "不能再往前退了。"),
    "start_over": ("好的，我们重新开始。", "好，从头来。", "没问题，重新来过。"),
    "stop": ("好的，您请说。", "嗯，我听着，请讲。", "您说，我在听。"),
    "wait": ("好的，我等您。", "不着急，您慢慢来。", "好，您准备好了再说。"),
    "waited": ("我还在，您准备好了吗？", "您还在吗？"),
    "noinput_1": ("我没有听到您的声音。", "您还在吗？"),
    "noinput_2": ("还是没有听到您说话，请大声一点，也可以用按键。", "请对着话筒说，也可以按零转人工。"),
    "nomatch_1": ("不好意思，我没听清。", "抱歉，没有听明白。"),
    "nomatch_2": ("抱歉，我还是没听明白，请换个说法。", "不好意思，请您简短地再说一次。"),
    "sorry": ("不好意思，我理解错了。", "抱歉，是我听错了。", "对不起，我弄错了。"),
    "acknowledge": ("好的。", "嗯，好。", "明白。", "好。"),
    "sympathy": ("我明白。", "了解您的情况。", "知道了。"),
    "go_on": ("请讲。", "您请说。", "嗯，请说。", "我听着呢。"),
    "hello": ("您好！", "您好，我在。", "在的，您好。"),
    "dropped": ("好的，这个先不办了。", "好，那就算了。", "没问题，先放下。"),
    "no_agent": ("好的，那先不转。", "好，不转人工。"),
    "unclear": ("抱歉没有说清楚。", "不好意思，没帮到您。", "抱歉，没能解决。"),
    "return_to": ("我们回到刚才的{question}。", "接着说{question}。", "刚才的{question}还没说完。"),
    "also": ("您还提到了另一个问题。", "再说您的另一个问题。", "接下来是另一个问题。"),
    "first_then": ("先说{question}，另一个问题随后就说。", "好的，一个一个来，先说{question}。"),
    "which": ("请说出您要的是哪一个，或者说第一个、第二个。", "您要的是第几个？"),
    "continue": ("我接着说。", "好，继续。", "接着刚才的说。"),
    "survey": ("请为这次服务打分，一到五分，五分最满意。您打几分？",),
    "survey_thanks": ("谢谢您的评价。",),
}

_EN: dict[str, tuple[str, ...]] = {
    "greet": ("Hello, this is the automated assistant.",),
    "proactive_guess": (
        "Are you calling about {question}?",
        "Is this about {question}?",
        "Is it {question} you are calling about?",
    ),
    "ask": ("How can I help you?", "What can I do for you?", "Please tell me what you are calling about."),
    "guide": (
        "Please tell me a little more: which product is it, and what happened? For example, {examples}.",
        "Could you say it in other words, with the product and the problem? For example, {examples}.",
        "In one sentence, what is the problem? For example, {examples}.",
    ),
    "clarify_2": (
        "Is it about {first}, or {second}?",
        "Do you mean {first}, or {second}?",
        "One: {first}. Two: {second}. Which one is it?",
    ),
    "clarify_3": (
        "Is it about {first}, {second}, or {third}?",
        "One: {first}. Two: {second}. Three: {third}. Which one is it?",
        "Do you mean {first}, {second}, or {third}?",
    ),
    "confirm": ("You are asking about {question}, is that right?", "So it is {question}, right?", "Is it {question} you mean?"),
    "supplement": ("Please tell me your {slot}.", "What is your {slot}?", "Please say your {slot}, or type it on the keypad."),
    "bad_slot": ("That {slot} does not look right.", "I could not verify that {slot}.", "That is not a complete {slot}."),
    "slot_missing": ("No problem, I can tell you how it works in general.", "All right, we can do without the {slot}."),
    "read_back": (
        "I have {value} as your {slot}, is that right?",
        "Your {slot} is {value}, correct?",
        "Let me check: {value}. Right?",
    ),
    "read_back_passing": ("{slot} {value}, got it.", "Thank you, {value}."),
    "answer": ("About {question}: {answer}",),
    "answer_rest": ("{answer}",),
    "clear": (
        "That was {question}. Is that clear?",
        "Does that answer your question about {question}?",
        "Is everything clear now about {question}?",
    ),
    "more": ("Is there anything else I can help you with?", "Do you have any other question?", "Anything else?"),
    "more_silent": (
        "If that was all, you may simply hang up. Is there anything else?",
        "I did not hear you. Do you need anything else?",
    ),
    "goodbye": ("Thank you for calling. Goodbye.", "Have a good day. Goodbye.", "You are welcome. Goodbye."),
    "transfer": (
        "I will connect you to an agent now. One moment, please.",
        "Connecting you to an agent, please stay on the line.",
    ),
    "transfer_named": ("I will connect you to an agent about {question} and pass on what you told me. One moment, please.",),
    "transfer_risk": ("This is urgent. I am connecting you to a security specialist right away, please stay on the line.",),
    "transfer_noinput": ("I still cannot hear you, so I will connect you to an agent. One moment, please.",),
    "transfer_nomatch": ("I am sorry, I still do not understand. I will connect you to an agent. One moment, please.",),
    "transfer_exhausted": ("I am sorry I could not help. I will connect you to an agent and pass on what you told me.",),
    "offer_agent": (
        "Shall I connect you to an agent?",
        "Would you like to speak to an agent?",
        "Do you want me to get you an agent?",
    ),
    "brief": (
        "Sure, I will get you an agent. In one sentence, what is it about?",
        "Of course. Before I connect you, what is it about?",
    ),
    "brief_confirm": (
        "Sure, I will get you an agent. Is it about {question}?",
        "Before I connect you: it is about {question}, right?",
    ),
    "repeat": ("Sure, once more.", "I will say it again.", "No problem, here it is again."),
    "slower": ("Sure, I will speak more slowly.", "Slowly, then.", "All right, slower still."),
    "help": (
        "Just tell me your question. You can also say repeat, slower, go back, start over, or agent.",
        "At any time, say repeat, go back or start over; press zero for an agent, star to hear it again.",
        "Simply say what the problem is; to speak to a person, say agent.",
    ),
    "back": ("All right, one step back.", "Going back.", "Back we go."),
    "no_back": ("This is the first step already.", "There is nothing to go back to.", "We cannot go back any further."),
    "start_over": ("All right, let us start over.", "Sure, from the beginning.", "No problem, starting again."),
    "stop": ("Yes, go ahead.", "I am listening, go ahead.", "Yes, please."),
    "wait": ("Sure, take your time.", "No hurry.", "All right, I will wait."),
    "waited": ("I am still here. Are you ready?", "Are you still there?"),
    "noinput_1": ("I did not hear anything.", "Are you still there?"),
    "noinput_2": (
        "I still cannot hear you. Please speak up, or use the keypad.",
        "Please speak into the phone, or press zero for an agent.",
    ),
    "nomatch_1": ("Sorry, I did not catch that.", "Sorry, I did not understand."),
    "nomatch_2": (
        "I am sorry, I still did not get that. Please say it in other words.",
        "Sorry, could you say that again, briefly?",
    ),
    "sorry": ("Sorry, I got that wrong.", "My mistake.", "I am sorry, I misunderstood."),
    "acknowledge": ("All right.", "Okay.", "I see.", "Sure."),
    "sympathy": ("I understand.", "I see what you mean.", "Got it."),
    "go_on": ("Go ahead.", "Please go ahead.", "Yes, I am listening.", "Please tell me."),
    "hello": ("Hello!", "Hello, I am here.", "Yes, hello."),
    "dropped": ("All right, we will leave that.", "Okay, never mind then.", "No problem, let us drop it."),
    "no_agent": ("All right, no agent then.", "Okay, we will stay here."),
    "unclear": ("I am sorry that was not clear.", "I am sorry that did not help.", "Sorry, that did not solve it."),
    "return_to": ("Let us go back to {question}.", "Back to {question}.", "We had not finished {question}."),
    "also": ("You mentioned another question.", "Now your other question.", "Next, your other question."),
    "first_then": ("First {question}, then your other question.", "One at a time: first {question}."),
    "which": ("Please say which one, or say the first or the second.", "Which of them is it?"),
    "continue": ("I will go on.", "All right, to continue.", "Going on."),
    "survey": ("Please rate this call from one to five, five being the best. How many points?",),
    "survey_thanks": ("Thank you for your rating.",),
}

WORDING: Mapping[Language, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"zh-CN": MappingProxyType(_ZH), "en-US": MappingProxyType(_EN)}
)
