// The call that is shown: live (spoken, typed, watched) or past. One at a time.
import { byId, clock, el } from "./dom.js";
import { Diagram } from "./diagram.js";
import { Line } from "./line.js";
import { Call } from "./model.js";
import { Belief, Facts } from "./panels.js";
import { FRAME, MicrophoneError, Sound, stereoWav } from "./sound.js";
import { Timeline } from "./timeline.js";
import { Transcript } from "./transcript.js";
import { onLanguage, pick, t } from "./words.js";

const COLOURED = 3; // questions named in the legend
const REFUSALS = ["full", "slow"]; // what may happen to anybody; the rest is for who writes pages

export class Stage {
  constructor(offer) {
    this.offer = offer;
    this.timeline = new Timeline(byId("scroller"), byId("canvas"), byId("length"));
    this.transcript = new Transcript(byId("transcript"), offer.terms);
    this.belief = new Belief(byId("belief"), byId("because"));
    this.facts = new Facts(byId("this-call"), offer.terms);
    this.diagram = new Diagram(byId("diagram"), offer.diagram);
    this.audio = byId("audio");
    this.call = new Call();
    this.onchange = () => {};
    this.controls();
    onLanguage(() => this.reword());
  }

  controls() {
    byId("hangup").addEventListener("click", () => this.hangUp());
    byId("mute").addEventListener("click", () => this.mute());
    byId("pad-toggle").addEventListener("click", () => this.togglePad(byId("pad").hidden));
    byId("say").addEventListener("submit", (event) => this.say(event));
    byId("leave").addEventListener("click", () => { [location.hash] = location.hash.split("/"); });
    const seek = (seconds) => this.seek(seconds);
    this.timeline.onseek = seek;
    for (const event of ["play", "seeked"]) this.audio.addEventListener(event, () => this.follow());
    byId("pad").append(...[..."123456789*0#"].map((key) => el("button", { type: "button", click: () => this.press(key) }, key)));
    byId("pad").addEventListener("keydown", (event) => {
      if (/^[0-9*#]$/.test(event.key)) this.press(event.key);
      if (event.key === "Escape") this.togglePad(false);
    });
  }

  get busy() {
    return Boolean(this.line);
  }

  // ---------------------------------------------------------------- live calls

  /** Begin a call: `start` as the protocol has it. */
  async begin(start, name) {
    this.leave();
    this.announce("");
    const speaks = start.doing !== "chat";
    this.sound = speaks ? new Sound() : null;
    try {
      await this.sound?.open({ microphone: start.doing === "talk" });
    } catch (error) {
      this.sound = null;
      this.announce(error instanceof MicrophoneError ? t("no_microphone", { why: t(error.message) }) : String(error));
      return false;
    }
    this.start = start;
    this.show(new Call(this.titles(start)), name, true);
    this.sent = [];
    this.legs = { caller: [], bot: [] };
    this.opened = false;
    this.connect(start);
    return true;
  }

  titles({ hotline, language }) {
    return this.offer.hotlines.find(({ name }) => name === hotline)?.titles[language] || {};
  }

  connect(start) {
    const line = new Line(start);
    this.line = line;
    this.floorText = t("connecting");
    line.addEventListener("message", ({ detail }) => this.line === line && this.told(detail));
    line.addEventListener("sound", ({ detail }) => this.line === line && this.heard(detail));
    line.addEventListener("close", () => this.line === line && this.closed());
    if (this.sound) {
      this.sound.onframe = (frame) => this.spoken(frame);
      this.sound.onlost = () => this.announce(t("microphone_lost"));
    }
    this.updateBar(); // at once: what can be done is about to get the focus
    this.update();
    this.onchange();
  }

  spoken(frame) {
    if (!this.opened || !this.line) return;
    if (this.line.frame(frame)) this.sent.push(frame);
    let most = 0;
    for (const sample of frame) most = Math.max(most, Math.abs(sample));
    this.meter("meter-caller", most / 32768);
  }

  heard({ number, callerPeak, botPeak, bot, caller }) {
    this.sound?.play(bot, ...(caller ? [caller] : []));
    const near = caller || this.sent.shift() || new Int16Array(FRAME);
    this.meter("meter-bot", botPeak / 255);
    if (caller) this.meter("meter-caller", callerPeak / 255);
    if (number < 0) return;
    this.legs.caller[number] = near;
    this.legs.bot[number] = bot;
    this.call.heard(number, callerPeak, botPeak);
    this.timeline.draw();
    if (number % 5 === 0) this.updateBar();
  }

  told(message) {
    switch (message.type) {
      case "queued":
        this.floorText = message.why === "loading" ? t("loading") : t("queued", { n: message.position });
        this.announce(this.floorText, "good"); // where screen readers hear it
        break;
      case "opened":
        this.opened = true;
        this.floorText = null;
        this.announce("");
        byId("recording").hidden = !message.recorded;
        break;
      case "events":
        for (const event of message.events) {
          this.call.take(event);
          if (event.event === "PromptStopped" && this.start.doing === "talk") this.sound.hush();
        }
        break;
      case "notice":
        this.announce(message.text);
        break;
      case "apology":
        this.floorText = t("apology");
        break;
      case "ended":
        this.over = true;
        if (message.saved) this.announce(t("kept_as", { name: message.saved }), "good");
        break;
      case "failed":
        this.over = true;
        this.announce(t("failed", { why: message.error }));
        break;
      case "refused":
        this.over = true;
        this.announce(REFUSALS.includes(message.why) ? t(`refused_${message.why}`) : message.text);
        break;
      default:
    }
    this.update();
  }

  closed() {
    if (!this.over) this.announce(t("lost"));
    this.finish();
  }

  hangUp() {
    if (!this.line) return;
    this.line.send({ type: "hangup" });
    if (!this.opened) this.finish();
    else setTimeout(() => this.line && this.finish(), 4000);
  }

  /** The call is over: what was heard can be listened to again. */
  finish() {
    const { line } = this;
    this.line = null;
    line?.close();
    this.sound?.close();
    this.call.outcome ||= "unfinished";
    this.call.endPrompt(this.call.seconds);
    this.floorText = null;
    byId("recording").hidden = true;
    this.transcript.onseek = this.legs?.bot.length ? (seconds) => this.seek(seconds) : null;
    this.show(this.call, this.name, false);
    if (this.legs?.bot.length) this.listen(URL.createObjectURL(stereoWav(this.legs.caller, Array.from(this.legs.bot, (frame) => frame || new Int16Array(FRAME)))));
    this.updateBar();
    this.onchange();
    byId("leave").focus({ preventScroll: true });
  }

  // ---------------------------------------------------------------- past calls

  /** A call of the library, whole. */
  past(document, audio) {
    this.leave();
    this.announce("");
    const call = new Call(this.titles(document));
    for (const event of document.events) call.take(event);
    call.peaksASecond = document.peaks.a_second;
    call.callerPeaks = document.peaks.caller;
    call.botPeaks = document.peaks.bot;
    call.seconds = Math.max(call.seconds, document.seconds);
    this.start = null;
    this.transcript.onseek = (seconds) => this.seek(seconds);
    this.show(call, document.name, false);
    this.listen(audio);
    byId("transcript").scrollTop = 0;
  }

  listen(address) {
    this.audio.src = address;
    byId("listen").hidden = false;
  }

  seek(seconds) {
    if (byId("listen").hidden) return;
    this.audio.currentTime = seconds;
    this.audio.play().catch(() => {}); // stopped again before it began
  }

  /** Keep pace with what is played. */
  follow() {
    const seconds = this.audio.currentTime;
    this.timeline.playhead = seconds;
    this.timeline.reveal(seconds);
    this.transcript.follow(seconds);
    this.belief.update(this.call, seconds);
    byId("clock").textContent = clock(seconds);
    if (!this.audio.paused) requestAnimationFrame(() => this.follow());
  }

  // ---------------------------------------------------------------- what is seen

  show(call, name, live) {
    this.call = call;
    this.name = name;
    if (live) this.over = false;
    byId("stage").hidden = false;
    byId("listen").hidden = true;
    this.audio.pause();
    if (this.audio.src.startsWith("blob:")) URL.revokeObjectURL(this.audio.src);
    if (live) this.transcript.onseek = null;
    this.timeline.show(call, live);
    this.transcript.show(call);
    this.togglePad(false);
    this.update();
  }

  /** No call is shown any more. */
  leave() {
    if (this.line) {
      const { line } = this;
      this.line = null;
      line.close();
      this.sound?.close();
      this.onchange();
    }
    this.audio.pause();
    byId("stage").hidden = true;
  }

  update() {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.transcript.update();
      this.belief.update(this.call);
      this.facts.update(this.call, this.sound);
      this.diagram.update(this.call);
      this.timeline.draw();
      this.updateBar();
      this.legend();
    });
  }

  updateBar() {
    const { call } = this;
    const floor = call.floor;
    const live = this.busy;
    byId("call-name").textContent = this.name || "";
    byId("floor").textContent = this.floorText || (live ? t(`floor_${floor}`) : "");
    byId("floor").dataset.floor = this.floorText ? "wait" : floor;
    byId("clock").textContent = clock(call.seconds);
    byId("state-now").textContent = this.diagram.name(call.state);
    const doing = this.start?.doing;
    byId("hangup").hidden = !live;
    byId("leave").hidden = live;
    byId("mute").hidden = !live || doing !== "talk";
    byId("pad-toggle").hidden = !live || doing === "watch";
    byId("say").hidden = !live || doing === "watch";
    byId("words").placeholder = t(`say_${doing === "talk" || doing === "chat" ? doing : "keyboard"}`);
    byId("dock").classList.toggle("live", live);
  }

  legend() {
    const swatch = (name, text) => el("li", {}, el("i", { class: `swatch ${name}`, "aria-hidden": "true" }), text);
    const colours = [...this.call.coloured(COLOURED)].map(([question, index]) => swatch(`c${index}`, this.call.title(question)));
    const key = `${document.documentElement.lang}${[...this.call.coloured(COLOURED).keys()]}`;
    if (key === this.legendKey) return;
    this.legendKey = key;
    byId("legend").replaceChildren(swatch("caller", t("legend_caller")), swatch("bot", t("legend_bot")), swatch("hush", t("legend_hush")),
      swatch("pause", t("legend_pause")), swatch("stop", t("legend_stop")), swatch("resume", t("legend_resume")), swatch("gone", t("legend_gone")), ...colours);
  }

  meter(id, level) {
    byId(id).style.width = `${100 * Math.sqrt(level)}%`;
  }

  reword() {
    if (byId("stage").hidden) return;
    this.diagram.say();
    this.diagram.shown = null;
    this.facts.said = "";
    this.transcript.show(this.call);
    this.update();
    this.mute(this.sound?.muted || false);
  }

  // ---------------------------------------------------------------- what the caller does

  say(event) {
    event.preventDefault();
    const words = byId("words").value;
    byId("words").value = "";
    if (!this.line || !this.opened) return;
    const keys = /^#([0-9*#]+)$/.exec(words.trim());
    if (keys && this.start.doing === "chat") this.line.send({ type: "key", key: keys[1] });
    else if (words.trim() || this.start.doing === "chat") this.line.send({ type: "say", text: words.trim() });
  }

  press(key) {
    if (!this.opened) return;
    this.line?.send({ type: "key", key });
    const button = [...byId("pad").children].find((each) => each.textContent === key);
    button?.classList.add("pressed");
    setTimeout(() => button?.classList.remove("pressed"), 150);
  }

  togglePad(open) {
    byId("pad").hidden = !open;
    byId("pad-toggle").setAttribute("aria-expanded", String(open));
    if (open) byId("pad").firstElementChild.focus();
    else if (byId("pad").contains(document.activeElement)) byId("pad-toggle").focus();
  }

  mute(muted = !this.sound?.muted) {
    if (this.sound) this.sound.muted = muted;
    byId("mute").setAttribute("aria-pressed", String(muted));
    byId("mute").textContent = t(muted ? "unmute" : "mute");
  }

  announce(text, kind = "bad") {
    byId("alert").className = text ? kind : "";
    byId("alert").textContent = text;
  }
}

/** A term of the server's tables in the language shown. */
export const termOf = (table, name) => (table[name] ? pick(table[name]) : name);
