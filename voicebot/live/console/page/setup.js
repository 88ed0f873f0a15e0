// Before the call: how to speak, which hotline, in which language, and who is calling.
import { byId, el } from "./dom.js";
import { onLanguage, pick, shown, t, tierName } from "./words.js";

const LANGUAGES = { "zh-CN": "中文（普通话）", "en-US": "English (US)" };
const TIERS = ["", "basic", "gold", "platinum", "diamond"];

export class Setup {
  constructor(offer) {
    this.offer = offer;
    this.onstart = () => {};
    const form = byId("setup");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.onstart(this.order());
    });
    byId("hotline").append(...offer.hotlines.map(({ name }) => el("option", { value: name })));
    byId("hotline").addEventListener("change", () => this.pack());
    byId("spoken").addEventListener("change", () => this.named());
    byId("profile").addEventListener("change", () => this.profiled());
    byId("record-choice").hidden = !offer.recording;
    form.addEventListener("change", () => this.recordable());
    this.pack();
    const own = shown() === "zh" ? "zh-CN" : "en-US";
    const begin = [offer.language, own].find((language) => this.hotline.languages[language]);
    if (begin) byId("spoken").value = begin;
    this.named();
    onLanguage(() => this.named());
  }

  get hotline() {
    return this.offer.hotlines.find(({ name }) => name === byId("hotline").value);
  }

  get language() {
    return byId("spoken").value;
  }

  get doing() {
    return new FormData(byId("setup")).get("doing");
  }

  /** Another hotline: its languages and callers. */
  pack() {
    const { languages } = this.hotline;
    byId("spoken").replaceChildren(...Object.keys(languages).map((code) => el("option", { value: code, lang: code }, LANGUAGES[code])));
    this.profile = {};
    this.named();
  }

  /** Everything whose name depends on a language. */
  named() {
    const { hotline, language } = this;
    for (const option of byId("hotline").options) {
      const { languages } = this.offer.hotlines.find(({ name }) => name === option.value);
      option.textContent = (languages[language] || Object.values(languages)[0]).title;
    }
    byId("pack-notice").textContent = hotline.languages[language].notice;
    const selected = Math.max(0, byId("profile").selectedIndex);
    const callers = hotline.profiles.map((profile, index) => el("option", { value: index }, this.describe(profile)));
    byId("profile").replaceChildren(el("option", { value: "" }, t("nobody_known")), ...callers);
    byId("profile").selectedIndex = selected;
    const tier = byId("tier").value;
    byId("tier").replaceChildren(...TIERS.map((name) => el("option", { value: name, selected: name === tier }, tierName(name) || "–")));
    this.checks("events");
    this.checks("products");
  }

  describe(profile) {
    const events = (profile.events || []).map((name) => this.nameOf("events", name));
    return [profile.name, tierName(profile.tier), events[0] || null].filter(Boolean).join(" · ");
  }

  nameOf(kind, name) {
    const names = this.hotline[kind][name] || {};
    return names[shown() === "zh" ? "zh-CN" : "en-US"] || Object.values(names)[0] || name;
  }

  checks(kind) {
    const given = this.profile[kind] || [];
    byId(kind).replaceChildren(...Object.keys(this.hotline[kind]).map((name) => el("label", {},
      el("input", { type: "checkbox", value: name, checked: given.includes(name), change: () => this.edited(kind) }), this.nameOf(kind, name))));
  }

  /** Somebody of the list was chosen: show what is known of them. */
  profiled() {
    const index = byId("profile").value;
    this.profile = index === "" ? {} : { ...this.hotline.profiles[Number(index)] };
    byId("caller-name").value = this.profile.name || "";
    byId("tier").value = this.profile.tier || "";
    this.checks("events");
    this.checks("products");
  }

  edited(kind) {
    const checked = [...byId(kind).querySelectorAll("input:checked")].map(({ value }) => value);
    const before = (this.profile[kind] || []).filter((name) => checked.includes(name));
    this.profile[kind] = [...checked.filter((name) => !before.includes(name)), ...before]; // the most recent first
  }

  recordable() {
    byId("record").disabled = this.doing === "chat";
  }

  /** What to ask the server for. */
  order() {
    const profile = { ...this.profile, name: byId("caller-name").value.trim(), tier: byId("tier").value };
    for (const [key, value] of Object.entries(profile)) if (value === "" || value === null || value.length === 0) delete profile[key];
    const record = this.offer.recording && byId("record").checked && this.doing !== "chat";
    return { doing: this.doing, hotline: this.hotline.name, language: this.language, profile, record };
  }

  /** What the call is called on the stage. */
  get name() {
    return this.hotline.languages[this.language].title;
  }
}

export const languageName = (code) => pick(code === "zh-CN" ? ["中文", "Chinese"] : ["英文", "English"]);
