// KPIs of the calls that this server has finished.
import { byId, el, getJson } from "./dom.js";
import { kpiName, t } from "./words.js";

const percent = (value) => `${(100 * value).toFixed(1)} %`;

/** Ask for the figures and show them. */
export async function showFigures() {
  const { kpis, running, waiting, calls, finished, crashes } = await getJson("/api/kpis");
  const tiles = [[t("finished"), finished], [t("running"), `${running} / ${calls}`], [t("waiting"), waiting], [t("crashes"), crashes]];
  byId("tiles").replaceChildren(...tiles.map(([name, value]) => el("div", { class: "tile" }, el("dt", {}, name), el("dd", {}, String(value)))));
  byId("kpis").replaceChildren(...Object.entries(kpis).filter(([, figure]) => typeof figure === "object").map(([key, figure]) => el("tr", {},
    el("th", { scope: "row" }, kpiName(key)),
    el("td", { class: "number" }, valueOf(figure)),
    el("td", { class: "number quiet" }, intervalOf(figure)),
    el("td", { class: "number quiet" }, "rate" in figure ? `${figure.k}/${figure.n}` : String(figure.n)))));
}

const valueOf = (figure) => (!figure.n ? "–" : "rate" in figure ? percent(figure.rate) : figure.value.toFixed(2));

function intervalOf(figure) {
  if (!figure.n) return "";
  return "rate" in figure ? `${(100 * figure.low).toFixed(1)}–${percent(figure.high)}` : `${figure.low.toFixed(2)}–${figure.high.toFixed(2)}`;
}
