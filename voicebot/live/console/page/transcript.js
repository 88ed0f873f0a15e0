// What was said, line by line, as it forms. Screen readers hear finished lines; forming ones are hidden from them.
import { clockTenths, el } from "./dom.js";
import { actName, pick, t } from "./words.js";

const UNDERSTOOD = 0.3; // likelihood from which a turn's question is shown

/** Keeps an ordered list in step with a `Call`. */
export class Transcript {
  constructor(list, terms) {
    Object.assign(this, { list, terms });
    this.onseek = null;
  }

  show(call) {
    this.call = call;
    this.lines = new Map();
    this.list.replaceChildren();
    this.update();
  }

  /** Bring every line up to date; what has not changed is left alone. */
  update() {
    const near = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 60;
    const { call } = this;
    for (const prompt of call.prompts) this.line(prompt, prompt.start, "bot", this.botKey(prompt), () => this.bot(prompt));
    for (const said of call.utterances) {
      if (said.discarded === null && !said.turn && said.end !== null && !said.text) continue;
      this.line(said, said.start, "caller", this.callerKey(said), () => this.caller(said), said.end === null);
    }
    for (const mark of call.marks) this.line(mark, mark.t, `note ${mark.kind}`, "", () => this.note(mark));
    if (near) this.list.scrollTop = this.list.scrollHeight;
  }

  botKey(prompt) {
    return [prompt.quiet.map((quiet) => quiet.kind).join(), prompt.resumed.length, prompt.stopped, prompt.end === null].join("/");
  }

  callerKey(said) {
    return [said.text, said.partial, said.discarded, said.end === null, said.turn?.number].join("/");
  }

  line(thing, at, kind, key, content, forming = false) {
    const known = this.lines.get(thing);
    if (known && known.key === key) return;
    const parts = content();
    const item = known?.item || el("li", { "data-t": at });
    item.className = kind + (forming ? " forming" : "");
    if (forming) item.setAttribute("aria-hidden", "true");
    else item.removeAttribute("aria-hidden");
    const time = this.onseek
      ? el("button", { type: "button", class: "time", click: () => this.onseek(at) }, clockTenths(at))
      : el("span", { class: "time" }, clockTenths(at));
    item.replaceChildren(time, el("div", { class: "said" }, ...parts));
    item.dataset.at = at;
    if (!known) this.insert(item, at);
    this.lines.set(thing, { item, key });
  }

  insert(item, at) {
    let after = this.list.lastElementChild;
    while (after && Number(after.dataset.at) > at) after = after.previousElementSibling;
    if (after) after.after(item);
    else this.list.prepend(item);
  }

  who(kind) {
    return el("span", { class: "who" }, t(kind));
  }

  bot(prompt) {
    const tags = [];
    const kinds = new Set(prompt.quiet.map((quiet) => quiet.kind));
    if (kinds.has("hush")) tags.push(t("hushed"));
    if (kinds.has("pause")) tags.push(t("paused"));
    if (prompt.resumed.length) tags.push(t("resumed"));
    const parts = [this.who("bot"), el("bdi", {}, prompt.text), ...tags.map((word) => el("span", { class: "tag" }, word))];
    if (prompt.stopped !== null) parts.push(el("span", { class: "tag stop" }, t("stopped")));
    return parts;
  }

  caller(said) {
    const words = said.text || said.partial;
    const parts = [this.who("caller"), words ? el("bdi", {}, words) : el("i", {}, said.end === null ? "…" : t("nothing_heard"))];
    if (said.discarded !== null) parts.push(el("span", { class: "tag" }, `${t("no_turn")} · ${this.reason(said.discarded)}`));
    if (said.turn) {
      const meant = said.turn.acts.map(actName);
      if (said.turn.question && said.turn.p >= UNDERSTOOD) meant.push(`${this.title(said.turn.question)} ${said.turn.p.toFixed(2)}`);
      if (said.turn.interrupted) parts.push(el("span", { class: "tag stop" }, t("barge_in")));
      if (meant.length) parts.push(el("span", { class: "meant" }, meant.join(" · ")));
    }
    return parts;
  }

  note(mark) {
    return mark.why ? [pick(mark), " ", el("span", { class: "meant" }, mark.why)] : [pick(mark)];
  }

  title(question) {
    return question === "other" ? t("something_else") : this.call.title(question);
  }

  reason(name) {
    return this.terms.reasons[name] ? pick(this.terms.reasons[name]) : name;
  }

  /** Mark the line that sounds at `seconds`. */
  follow(seconds) {
    let now = null;
    for (const item of this.list.children) {
      if (Number(item.dataset.at) <= seconds + 0.05 && !item.classList.contains("note")) now = item;
    }
    if (now === this.now) return;
    this.now?.classList.remove("now");
    now?.classList.add("now");
    this.now = now;
    if (now) this.list.scrollTop = now.offsetTop - this.list.offsetTop - this.list.clientHeight / 3;
  }
}
