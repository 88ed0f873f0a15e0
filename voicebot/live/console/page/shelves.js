// Lists to choose from: scripts to watch, past calls to open, the pack's questions.
import { byId, el, getJson } from "./dom.js";
import { languageName } from "./setup.js";
import { termOf } from "./stage.js";
import { shown, t } from "./words.js";

const fits = (words, wanted) => wanted.toLowerCase().split(/\s+/).every((word) => words.toLowerCase().includes(word));

/** Fill `list` with rows for those of `items` that the search field asks for. */
function rows(list, field, items, words, row) {
  const draw = () => {
    const wanted = field.value.trim();
    const found = items().filter((item) => !wanted || fits(words(item), wanted));
    list.replaceChildren(...found.map(row));
    if (!found.length) list.append(el("li", { class: "quiet" }, t("empty")));
  };
  field.oninput = draw;
  draw();
}

/** Scripts that ship with the packs, in the language shown first. */
export function showScripts(offer, watch) {
  const own = shown() === "zh" ? "zh-CN" : "en-US";
  const scripts = [...offer.scripts].sort((a, b) => (a.language !== own) - (b.language !== own));
  rows(byId("scripts"), byId("find-script"), () => scripts, ({ name, id }) => `${name} ${id}`, (script) => el("li", {},
    el("span", { class: "tag" }, languageName(script.language)),
    el("span", { class: "name", lang: script.language }, script.name),
    el("span", { class: "quiet" }, script.id.split("/").at(-2)),
    el("button", { type: "button", "aria-label": `${t("watch")}: ${script.name}`, click: () => watch(script, script.name) }, t("watch"))));
}

/** The form that has a simulated caller call. */
export function offerSimulation(setup, watch) {
  const [language, number] = [byId("simulated-language"), byId("simulated-number")];
  language.replaceChildren(...Object.keys(setup.hotline.languages).map((code) => el("option", { value: code }, languageName(code))));
  language.value = setup.language;
  number.value ||= Math.floor(1000 * Math.random());
  byId("simulate").onsubmit = (event) => {
    event.preventDefault();
    const start = { id: "simulated", hotline: setup.hotline.name, language: language.value, seed: Number(number.value) };
    watch(start, `${t("simulated_caller")} ${number.value}`);
    number.value = Number(number.value) + 1;
  };
}

/** Past calls. */
export async function showLibrary(offer, open, watch) {
  if (!byId("calls").children.length) byId("calls").append(el("li", { class: "quiet" }, t("reading")));
  const { calls } = await getJson("/api/library");
  const title = (call, question) => offer.hotlines.find(({ name }) => name === call.hotline)?.titles[call.language]?.[question];
  const said = (call) => {
    const question = call.located || call.true_question;
    if (!question) return "";
    return question === "other" ? t("something_else") : title(call, question) || question;
  };
  const when = (call) => (call.origin === "kept" ? new Date(1000 * call.changed).toLocaleString(document.documentElement.lang) : "");
  rows(byId("calls"), byId("find-call"), () => calls, (call) => `${call.name} ${said(call)} ${call.language}`, (call) => el("li", {},
    el("span", { class: `tag ${call.origin}` }, t(call.origin)),
    el("span", { class: "tag" }, languageName(call.language)),
    el("span", { class: "name" }, call.name),
    el("span", { class: "quiet" }, [said(call), call.outcome && termOf(offer.terms.outcomes, call.outcome), when(call)].filter(Boolean).join(" · ")),
    el("button", { type: "button", "aria-label": `${t("open")}: ${call.name}`, click: () => open(call) }, t("open")),
    el("button", { type: "button", "aria-label": `${t("watch")}: ${call.name}`, click: () => watch(call, call.name) }, t("watch"))));
}

/** The catalogue of the chosen pack. */
export async function showQuestions(hotline, language) {
  const pack = await getJson(`/api/questions/${language}?hotline=${encodeURIComponent(hotline)}`);
  byId("questions-notice").textContent = `${pack.title} · ${pack.notice}`;
  const draw = () => {
    const wanted = byId("find-question").value.trim();
    const match = (question) => !wanted || fits([question.title, question.id, question.answer, ...question.examples].join(" "), wanted);
    const groups = pack.businesses.map((business) => ({ ...business, questions: business.questions.filter(match) }));
    byId("catalogue").replaceChildren(...groups.filter(({ questions }) => questions.length).map((business) => el("section", { class: "card", lang: language },
      el("h3", {}, business.title, " ", el("span", { class: "quiet" }, String(business.questions.length))),
      ...business.questions.map(question))));
  };
  byId("find-question").oninput = draw;
  draw();
}

function question({ id, title, examples, answer, slots, agent }) {
  return el("details", { class: "question" },
    el("summary", {}, el("b", {}, title), " ", el("code", { class: "quiet" }, id), agent ? el("span", { class: "tag" }, t("goes_to_agent")) : null),
    el("p", {}, answer),
    el("p", { class: "quiet" }, `${t("examples")}: ${examples.join(" / ")}`),
    slots.length ? el("p", { class: "quiet" }, `${t("asks_for")}: ${slots.join(", ")}`) : null);
}
