// Everything the page says, in Chinese and English.

const WORDS = {
  skip: ["跳到正文", "Skip to the content"],
  views: ["页面", "Views"],
  view_call: ["通话", "Call"],
  view_watch: ["旁听", "Watch"],
  view_library: ["通话库", "Library"],
  view_questions: ["问题", "Questions"],
  view_figures: ["指标", "Figures"],
  how: ["怎么说", "How to speak"],
  mode_talk: ["用麦克风", "Microphone"],
  mode_talk_hint: ["像打电话一样说话，随时可以打断", "Talk as on the phone; interrupt whenever you like"],
  mode_keyboard: ["打字代替说话", "Type instead of talking"],
  mode_keyboard_hint: ["机器人出声，你打的字由合成声音说给它听", "The bot speaks; a synthetic voice says what you type"],
  mode_chat: ["纯文字", "Text only"],
  mode_chat_hint: ["没有声音，一句一句地打", "No sound: turn by turn"],
  hotline: ["热线", "Hotline"],
  spoken: ["通话语言", "Language of the call"],
  caller_profile: ["来电人", "Caller"],
  nobody_known: ["不知道是谁", "nobody known"],
  about_caller: ["来电人资料与最近的事", "What is known of the caller"],
  name: ["姓名", "Name"],
  tier: ["等级", "Tier"],
  recent_events: ["最近发生的事（影响开场的猜测）", "Recent events (they shape the first guess)"],
  products: ["持有的产品", "Products"],
  record_this: ["录下这通电话（接通后会先播报录音提示）", "Record this call (a notice is spoken first)"],
  recorded: ["正在录音", "recording"],
  start_call: ["拨打", "Call"],
  watch_hint: ["看别人打：选一个剧本，机器人实时应答，两边的声音都能听到。", "Watch somebody else call: pick a script, the bot answers in real time, and you hear both."],
  library_hint: ["打开一通：整条时间轴可以拖动收听；旁听：从头按原速重放一遍。", "Open one to see it whole and listen anywhere; watch replays it from the start in real time."],
  find: ["查找", "Find"],
  open: ["打开", "Open"],
  watch: ["旁听", "Watch"],
  kept: ["已录", "kept"],
  fixture: ["样例", "sample"],
  figures_hint: ["本服务器启动以来打完的电话。每个比例带 95% 区间。", "Calls finished since this server started. Rates come with 95 % intervals."],
  kpi: ["指标", "KPI"],
  value: ["值", "value"],
  interval: ["95% 区间", "95 % interval"],
  the_call: ["这通电话", "The call"],
  back: ["返回", "Back"],
  mute: ["静音", "Mute"],
  unmute: ["取消静音", "Unmute"],
  keypad: ["键盘", "Key pad"],
  hang_up: ["挂断", "Hang up"],
  say_label: ["要说的话", "What to say"],
  say_keyboard: ["打字，回车就说出来；可以插话", "Type; Enter speaks it"],
  say_talk: ["不方便说话时，打字也行", "Typing works too"],
  say_chat: ["打字；留空＝沉默；#12＝按键", "Type; empty: silence; #12: keys"],
  send: ["说", "Say"],
  listen: ["整通电话的录音", "The whole call, to listen to"],
  listen_hint: ["点时间轴或下面的时间跳到该处。", "Click the time line, or a time below, to jump there."],
  timeline_label: ["时间轴：上为来电人，下为机器人；左右键滚动", "Time line: caller above, bot below; arrow keys scroll"],
  transcript: ["对话", "Transcript"],
  belief: ["信念", "Belief"],
  this_call: ["这通电话", "This call"],
  states: ["状态", "State"],
  footer: ["一切都在你自己的机器上；声音不出这台服务器。", "Everything stays on this server; no sound goes anywhere else."],
  caller: ["来电人", "caller"],
  bot: ["机器人", "bot"],
  floor_bot: ["机器人在说", "the bot speaks"],
  floor_caller: ["来电人在说", "the caller speaks"],
  floor_both: ["两边都在说", "both speak"],
  floor_nobody: ["都没说话", "nobody speaks"],
  floor_over: ["已结束", "over"],
  connecting: ["正在接通…", "connecting …"],
  loading: ["服务器还在加载…", "the server is still loading …"],
  queued: ["线路全忙，您排在第 {n} 位", "every line is busy; you are number {n} in the queue"],
  refused_full: ["线路和队伍都满了，请过几分钟再打。", "Every line is busy and the queue is full; please try again in a few minutes."],
  refused_slow: ["网络或这台设备跟不上声音，电话断开了。", "The network or this device could not keep up with the sound; the call was dropped."],
  hushed: ["压低", "hushed"],
  paused: ["暂停", "paused"],
  resumed: ["恢复", "resumed"],
  stopped: ["被打断", "stopped"],
  barge_in: ["打断", "barge-in"],
  no_turn: ["不算一轮", "no turn"],
  nothing_heard: ["（没有识别出词）", "(nothing recognised)"],
  turns: ["轮数", "turns"],
  interruptions: ["打断次数", "interruptions"],
  located: ["定位到", "located"],
  true_question: ["真正的问题", "true question"],
  confirmed: ["用户确认", "confirmed"],
  outcome: ["结果", "outcome"],
  response: ["应答时延（中位）", "response (median)"],
  located_after: ["定位用时", "located after"],
  late_frames: ["迟到的帧", "late frames"],
  gaps: ["声音空洞", "gaps heard"],
  yes: ["是", "yes"],
  no: ["否", "no"],
  something_else: ["目录外", "something else"],
  legend_caller: ["来电人", "caller"],
  legend_bot: ["机器人", "bot"],
  legend_hush: ["压低", "hushed"],
  legend_pause: ["暂停", "paused"],
  legend_stop: ["打断", "stopped"],
  legend_resume: ["恢复", "resumed"],
  legend_gone: ["不算一轮", "no turn"],
  examples: ["会这么问", "People say"],
  asks_for: ["还要问", "Asks for"],
  goes_to_agent: ["转人工办理", "handled by an agent"],
  chip_free: ["{n} / {m} 通", "{n} / {m} calls"],
  chip_waiting: ["，{n} 人排队", ", {n} waiting"],
  chip_loading: ["正在启动…", "starting …"],
  chip_down: ["连不上服务器", "server unreachable"],
  theme_auto: ["跟随系统", "system theme"],
  theme_light: ["浅色", "light"],
  theme_dark: ["深色", "dark"],
  no_microphone: ["用不了麦克风：{why}。可以改用“打字代替说话”。", "No microphone: {why}. You can type instead of talking."],
  why_denied: ["没有得到允许", "it was not allowed"],
  why_none: ["没有找到", "none was found"],
  why_insecure: ["浏览器只在本机或 https 页面上给麦克风", "browsers give it to pages on this machine or https alone"],
  why_old: ["这个浏览器太旧", "this browser is too old"],
  microphone_lost: ["麦克风断开了，可以继续打字。", "The microphone is gone; you can go on by typing."],
  lost: ["连接断了", "the connection was lost"],
  failed: ["这通电话出了故障：{why}", "This call broke: {why}"],
  apology: ["出了故障，正在致歉", "something broke; apologising"],
  empty: ["没有符合的", "nothing matches"],
  reading: ["正在读取…", "reading …"],
  preparing: ["正在重放…", "replaying …"],
  simulated_caller: ["模拟来电人", "Simulated caller"],
  caller_number: ["几号（同一个号总是同一个人、同一件事）", "Number (the same is always the same person with the same question)"],
  simulate: ["来一通模拟电话", "Start a simulated call"],
  running: ["正在通话", "running"],
  waiting: ["排队", "waiting"],
  finished: ["打完", "finished"],
  crashes: ["进程崩溃", "crashes"],
  kept_as: ["已保存为 {name}，在“通话库”里", "kept as {name}; it is in the library"],
};

const KPIS = {
  coverage: ["问题识别覆盖率", "coverage"],
  correct_coverage: ["正确识别率", "correct coverage"],
  out_of_catalogue_right: ["目录外正确转接", "outside the catalogue, right"],
  confirmed_share: ["用户确认问题占比", "confirmed share"],
  average_turns: ["用户平均交互轮数", "average turns"],
  total_turns: ["全程轮数", "turns in the whole call"],
  proactive_hit: ["未问先答命中率", "proactive hit rate"],
  proactive_brier: ["猜测的布里尔分", "Brier score of the guesses"],
  wrong_certain: ["误答率", "wrong answers given as certain"],
  self_service: ["自助占比", "self-service share"],
  agent_rate: ["自助人工率", "agent rate"],
  abandoned: ["放弃率", "abandoned"],
  resolution: ["自助解决率", "first-call resolution"],
  satisfaction: ["自助满意度", "satisfaction"],
  aht_s: ["通话时长（秒）", "handling time, s"],
  located_s: ["定位用时（秒）", "time to located, s"],
};

const TIERS = { basic: ["普通", "basic"], gold: ["黄金", "gold"], platinum: ["铂金", "platinum"], diamond: ["钻石", "diamond"] };

const ACTS = {
  affirm: "肯定", deny: "否定", choose_first: "选第一个", choose_second: "选第二个", choose_third: "选第三个", choose_other: "选另一个", choose_both: "都要",
  choose_neither: "都不是", repeat: "再说一遍", slower: "说慢点", help: "怎么用", back: "返回", start_over: "重新开始", agent: "要人工", stop: "别说了",
  cancel: "算了", done: "没有了", thanks: "谢谢", greet: "问候", goodbye: "再见", dont_know: "不知道", wait: "等一下", risk: "风险", understood: "清楚了",
  not_understood: "没解决", prior: "先验", evidence: "用户的话", correct: "纠正", second_question: "第二个问题", start: "开始",
};

const root = document.documentElement;

/** zh or en: the language that the page is shown in. */
export const shown = () => root.dataset.shown;

/** One of a pair [zh, en], or of an object {zh, en}. */
export const pick = (pair) => (Array.isArray(pair) ? pair[shown() === "zh" ? 0 : 1] : pair[shown()]);

/** The words of `key`, `{name}` filled in. */
export function t(key, values = {}) {
  const words = WORDS[key];
  if (words === undefined) return key;
  return pick(words).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The name of a KPI; its key where it has none. */
export const kpiName = (key) => (KPIS[key] ? pick(KPIS[key]) : key);

/** The name of a membership tier. */
export const tierName = (tier) => (TIERS[tier] ? pick(TIERS[tier]) : tier);

/** What the caller's words do, or what changed a belief, in the language shown. */
export const actName = (act) => (shown() === "zh" && ACTS[act]) || act.replaceAll("_", " ");

/** Say everything marked with data-t (text) and data-t-label (accessible name) in the language shown. */
export function sayAll(within = document) {
  for (const node of within.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of within.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
}

/** Change the language; `changed` listeners follow. */
export function setShown(language) {
  root.dataset.shown = language;
  root.lang = language === "zh" ? "zh-CN" : "en";
  try { localStorage.setItem("voicebot.language", language); } catch { /* not kept then */ }
  sayAll();
  root.dispatchEvent(new Event("language"));
}

/** Call `then` whenever the language changes. */
export const onLanguage = (then) => root.addEventListener("language", then);
