// The page from its first moment: what the server offers, which view is shown, the tools in the head.
import { byId, getJson } from "./dom.js";
import { showFigures } from "./figures.js";
import { Setup } from "./setup.js";
import { offerSimulation, showLibrary, showQuestions, showScripts } from "./shelves.js";
import { Stage } from "./stage.js";
import { onLanguage, sayAll, setShown, shown, t } from "./words.js";

const VIEWS = ["call", "watch", "library", "questions", "figures"];
const STATE_MS = 3000;
const THEMES = ["auto", "light", "dark"];
const ICONS = { auto: "◐", light: "☀", dark: "☾" };

class App {
  constructor(offer) {
    this.offer = offer;
    this.stage = new Stage(offer);
    this.setup = new Setup(offer);
    this.setup.onstart = (start) => this.begin(start, this.setup.name);
    this.stage.onchange = () => this.busy();
    addEventListener("hashchange", () => this.route());
    addEventListener("beforeunload", (event) => this.stage.busy && event.preventDefault());
    onLanguage(() => this.reword());
    this.reword();
    this.route();
    this.poll();
  }

  // ---------------------------------------------------------------- views

  async route() {
    const [view, ...rest] = location.hash.slice(1).split("/");
    const name = VIEWS.includes(view) ? view : "call";
    const onStage = rest[0] === "now" || rest[0] === "past";
    if (this.stage.busy && !onStage) {
      if (this.here) location.hash = this.here; // a call is not left by accident: hang up first
      return;
    }
    this.view = name;
    for (const each of VIEWS) byId(`view-${each}`).hidden = each !== name || onStage;
    for (const link of byId("views").children) {
      if (link.dataset.view === name) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    this.title();
    if (!onStage) this.stage.leave();
    try {
      if (rest[0] === "past") await this.past(rest.slice(1).join("/"));
      else if (rest[0] === "now") { if (!this.stage.start) location.hash = name; }
      else await this.fill(name);
    } catch (error) {
      this.stage.announce(error.message);
    }
  }

  async fill(name) {
    const watch = ({ id, hotline, language, seed = 0 }, title) => this.begin({ doing: "watch", source: id, hotline, language, seed }, title);
    if (name === "watch") {
      offerSimulation(this.setup, watch);
      showScripts(this.offer, watch);
    }
    if (name === "library") await showLibrary(this.offer, ({ id }) => { location.hash = `library/past/${id}`; }, watch);
    if (name === "questions") await showQuestions(this.setup.hotline.name, this.setup.language);
    if (name === "figures") await showFigures();
  }

  async past(id) {
    this.stage.announce(t("preparing"), "good");
    const address = `/api/library/${encodeURIComponent(decodeURIComponent(id))}`;
    const document = await getJson(address);
    if (!location.hash.includes("/past/")) return;
    this.stage.past(document, `${address}/audio`);
    this.title(document.name);
  }

  async begin(start, name) {
    const button = byId("start");
    button.disabled = true;
    try {
      if (!(await this.stage.begin(start, name))) return;
    } finally {
      button.disabled = false;
    }
    this.here = `${this.view}/now`;
    location.hash = this.here;
    byId(start.doing === "talk" || start.doing === "watch" ? "hangup" : "words").focus();
  }

  title(more = "") {
    const words = [more, t(`view_${this.view}`), "voicebot"].filter(Boolean);
    document.title = words.join(" · ");
    byId("title").textContent = words.join(" · ");
  }

  busy() {
    document.documentElement.classList.toggle("in-call", this.stage.busy);
    this.state();
  }

  // ---------------------------------------------------------------- the head

  reword() {
    byId("language").textContent = shown() === "zh" ? "English" : "中文";
    byId("language").lang = shown() === "zh" ? "en" : "zh-CN";
    this.theme(document.documentElement.dataset.theme || "auto");
    if (this.view) {
      this.title();
      if (byId("stage").hidden) this.fill(this.view);
    }
  }

  theme(name) {
    byId("theme").textContent = ICONS[name];
    byId("theme").setAttribute("aria-label", t(`theme_${name}`));
    byId("theme").title = t(`theme_${name}`);
  }

  nextTheme() {
    const root = document.documentElement;
    const next = THEMES[(THEMES.indexOf(root.dataset.theme || "auto") + 1) % THEMES.length];
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    try { localStorage.setItem("voicebot.theme", next); } catch { /* not kept then */ }
    this.theme(next);
    this.stage.timeline.draw();
  }

  async poll() {
    await this.state();
    if (this.view === "figures" && !document.hidden) showFigures().catch(() => {});
    setTimeout(() => this.poll(), STATE_MS);
  }

  async state() {
    const chip = byId("server");
    try {
      const { running, calls, waiting, failure, workers } = await getJson("/api/state");
      const none = failure || t("chip_loading");
      const words = workers.length ? t("chip_free", { n: running, m: calls }) + (waiting ? t("chip_waiting", { n: waiting }) : "") : none;
      if (chip.textContent !== words) chip.textContent = words;
      chip.dataset.state = !workers.length && failure ? "down" : !workers.length || running >= calls ? "full" : "free";
    } catch {
      chip.textContent = t("chip_down");
      chip.dataset.state = "down";
    }
  }
}

sayAll();
try {
  const app = new App(await getJson("/api/console"));
  byId("language").addEventListener("click", () => setShown(shown() === "zh" ? "en" : "zh"));
  byId("theme").addEventListener("click", () => app.nextTheme());
} catch (error) {
  byId("alert").className = "bad";
  byId("alert").textContent = error.message;
}
