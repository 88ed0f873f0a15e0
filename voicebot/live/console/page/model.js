// One call, folded from its events: what each leg did when, what was believed, where the dialogue stands. No DOM here.

const FRAMES_A_SECOND = 50;
const BELIEVED = 0.08; // a question that was never believed in more than this has no colour
const COLOURS = 7;

/** Recognised words as people write them: Chinese without the spaces between them. */
const written = (words) => words.replace(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, "");

/** Feed it events in order (`take`) and, where they come live, frames (`heard`). */
export class Call {
  constructor(titles = {}) {
    this.titles = titles;
    this.seconds = 0;
    this.peaksASecond = FRAMES_A_SECOND;
    this.callerPeaks = [];
    this.botPeaks = [];
    this.prompts = []; // {start, end, text, act, question, quiet: [{kind, start, end}], resumed: [], stopped}
    this.utterances = []; // {start, end, text, partial, discarded, turn, interrupted, meant}
    this.keys = []; // {t, key}
    this.marks = []; // {t, kind, zh, en, why}
    this.beliefs = []; // {t, top, because}
    this.colours = new Map();
    this.path = []; // states, in order
    this.state = "new";
    this.turns = 0;
    this.interruptions = 0;
    this.late = 0;
    this.responses = [];
    this.located = null;
    this.locatedAt = null;
    this.confirmed = false;
    this.outcome = null;
    this.labels = {};
    this.prompt = null;
    this.utterance = null;
    this.spokenUntil = null; // end of the last word of a turn that the bot has not answered yet
  }

  title(question) {
    return this.titles[question] || question;
  }

  /** Whose turn it is: bot, caller, both, nobody, or over. */
  get floor() {
    if (this.outcome) return "over";
    const bot = this.prompt && !(this.prompt.quiet.at(-1)?.kind === "pause" && this.prompt.quiet.at(-1).end === null);
    if (bot && this.utterance) return "both";
    return bot ? "bot" : this.utterance ? "caller" : "nobody";
  }

  /** 20 ms went by. */
  heard(number, callerPeak, botPeak) {
    this.callerPeaks[number] = callerPeak;
    this.botPeaks[number] = botPeak;
    this.seconds = Math.max(this.seconds, (number + 1) / FRAMES_A_SECOND);
  }

  take(event) {
    const t = event.frame / FRAMES_A_SECOND;
    this.seconds = Math.max(this.seconds, t);
    if (event.mark) this.marks.push({ t, ...event.mark });
    const does = this[`on${event.event}`];
    if (does) does.call(this, event, t);
  }

  onCallOpened(event) {
    this.labels = event.labels || {};
    this.profile = event.profile || {};
  }

  onPromptStarted(event, t) {
    this.endPrompt(t);
    this.cut = null;
    this.prompt = { start: t, end: null, text: event.text, act: event.act, question: event.question, quiet: [], resumed: [], stopped: null };
    this.prompts.push(this.prompt);
    if (this.spokenUntil !== null) {
      if (t > this.spokenUntil) this.responses.push(t - this.spokenUntil);
      this.spokenUntil = null;
    }
  }

  onPromptFinished(event, t) {
    this.endPrompt(t);
  }

  onPromptStopped(event, t) {
    if (!this.prompt) return;
    this.prompt.stopped = t;
    this.prompt.heard = event.heard;
    this.cut = this.prompt;
    this.cutIn = event.fraction > 0 ? 1 : 0;
    this.interruptions += this.cutIn;
    this.endPrompt(t);
  }

  onHushed(event, t) {
    this.quiet("hush", t);
  }

  onPaused(event, t) {
    this.quiet("pause", t);
  }

  onResumed(event, t) {
    if (!this.prompt && this.cut) this.takeUp();
    this.loud(t);
    if (this.prompt) this.prompt.resumed.push(t);
  }

  takeUp() {
    this.interruptions -= this.cutIn;
    this.prompt = this.cut;
    this.prompt.quiet.push({ kind: "pause", start: this.prompt.end, end: null });
    this.prompt.stopped = null;
    this.prompt.end = null;
    this.cut = null;
  }

  quiet(kind, t) {
    this.loud(t);
    if (this.prompt) this.prompt.quiet.push({ kind, start: t, end: null });
  }

  loud(t) {
    const last = this.prompt?.quiet.at(-1);
    if (last && last.end === null) last.end = t;
  }

  endPrompt(t) {
    if (!this.prompt) return;
    this.loud(t);
    this.prompt.end = t;
    this.prompt = null;
  }

  onSpeechStarted(event, t) {
    this.utterance = { start: Math.max(0, t - event.preroll), end: null, text: "", partial: "", discarded: null, turn: null };
    this.utterances.push(this.utterance);
  }

  onPartialHeard(event) {
    if (this.utterance) this.utterance.partial = written(event.text);
  }

  onSpeechDiscarded(event, t) {
    if (!this.utterance) return;
    Object.assign(this.utterance, { discarded: event.reason, text: written(event.text), end: t });
    this.utterance = null;
  }

  onSpeechEnded(event, t) {
    if (this.utterance) this.utterance.end = t;
    this.ended = this.utterance;
    this.utterance = null;
  }

  onTurnRejoined() {
    if (!this.ended) return;
    this.utterance = this.ended;
    this.utterance.end = null;
    this.utterance.turn = null;
    this.spokenUntil = null;
  }

  onRecognized(event) {
    const last = event.words.at(-1);
    if (last && this.ended) this.spokenUntil = this.ended.start + last[2];
  }

  onCallerTurnTaken(event, t) {
    this.turns = event.number;
    const [question, p] = Object.entries(event.questions).sort((a, b) => b[1] - a[1])[0] || [null, 0];
    const acts = Object.entries(event.acts).sort((a, b) => b[1] - a[1]).slice(0, 2).map(([act]) => act);
    const turn = { number: event.number, acts, question, p, interrupted: event.interrupted, keys: event.keys };
    if (this.ended && this.ended.end === t && !event.keys) {
      Object.assign(this.ended, { text: event.text, turn });
    } else if (!event.keys) {
      this.utterances.push({ start: Math.max(0, t - 0.5), end: t, text: event.text, partial: "", discarded: null, turn, typed: true });
    } else {
      this.keyTurn = { t, text: event.text, turn };
      this.marks.push({ t, kind: "key", zh: `按键 ${event.text}`, en: `keys ${event.text}`, why: "" });
    }
  }

  onKeyPressed(event, t) {
    this.keys.push({ t, key: event.key });
  }

  onBeliefChanged(event, t) {
    this.beliefs.push({ t, top: event.top, because: event.because });
    for (const [question, p] of Object.entries(event.top).sort((a, b) => b[1] - a[1])) {
      if (question !== "other" && p > BELIEVED && this.colours.size < COLOURS) this.colours.set(question, this.colours.get(question) ?? this.colours.size);
    }
  }

  onDecided(event) {
    if (event.state !== this.path.at(-1)) this.path.push(event.state);
    if (event.to !== this.path.at(-1)) this.path.push(event.to);
    this.state = event.to;
  }

  onQuestionLocated(event, t) {
    this.located = event.question;
    this.locatedAt = t;
  }

  onQuestionConfirmed() {
    this.confirmed = true;
  }

  onVoiceLate(event) {
    this.late += event.frames;
  }

  onCallEnded(event, t) {
    this.endPrompt(t);
    if (this.utterance) this.utterance.end = t;
    this.utterance = null;
    this.outcome = event.outcome;
    if (this.path.at(-1) !== "ended") this.path.push("ended");
    this.state = "ended";
  }

  /** What was believed at `t` seconds, or last. */
  beliefAt(t = Infinity) {
    let found = null;
    for (const belief of this.beliefs) if (belief.t <= t) found = belief;
    return found;
  }

  /** Question → number of its colour, for those that were believed in at some time: the first keeps its colour to the end. */
  coloured(most = COLOURS) {
    return new Map([...this.colours].slice(0, most));
  }
}

/** The middle one. */
export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length ? sorted[Math.floor(sorted.length / 2)] : null;
};
