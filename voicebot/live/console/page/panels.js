// Beside the transcript: what is believed, and this call's figures.
import { el } from "./dom.js";
import { median } from "./model.js";
import { actName, pick, t } from "./words.js";

const SHOWN = 5;

/** Belief as bars, the likeliest first. */
export class Belief {
  constructor(list, because) {
    Object.assign(this, { list, because });
    this.bars = [];
  }

  update(call, at) {
    const belief = call.beliefAt(at);
    this.because.textContent = belief ? actName(belief.because) : "";
    const top = belief ? Object.entries(belief.top).sort((a, b) => b[1] - a[1]).slice(0, SHOWN) : [];
    const colours = call.coloured();
    while (this.bars.length < SHOWN) this.bars.push(this.bar());
    this.bars.forEach((bar, index) => {
      const [question, p] = top[index] || [null, 0];
      bar.item.hidden = question === null;
      if (question === null) return;
      bar.name.textContent = question === "other" ? t("something_else") : call.title(question);
      bar.value.textContent = p.toFixed(2);
      bar.fill.style.width = `${100 * p}%`;
      bar.fill.style.background = `var(--${colours.has(question) ? `c${colours.get(question)}` : "other"})`;
    });
  }

  bar() {
    const [name, value, fill] = [el("span", { class: "name" }), el("span", { class: "number" }), el("i")];
    const item = el("li", {}, name, value, el("span", { class: "track", "aria-hidden": "true" }, fill));
    this.list.append(item);
    return { item, name, value, fill };
  }
}

/** A list of facts that is rebuilt only when one of them changed. */
export class Facts {
  constructor(list, terms) {
    Object.assign(this, { list, terms });
    this.said = "";
  }

  update(call, heard) {
    const response = median(call.responses);
    const rows = [
      [t("turns"), call.turns],
      [t("interruptions"), call.interruptions],
      [t("located"), call.located ? call.title(call.located) : "–"],
      [t("confirmed"), call.confirmed ? t("yes") : t("no")],
      [t("located_after"), call.locatedAt === null ? "–" : `${call.locatedAt.toFixed(1)} s`],
      [t("response"), response === null ? "–" : `${Math.round(1000 * response)} ms`],
    ];
    if (call.labels.true_question) rows.push([t("true_question"), this.truth(call)]);
    if (call.outcome) rows.unshift([t("outcome"), this.terms.outcomes[call.outcome] ? pick(this.terms.outcomes[call.outcome]) : call.outcome]);
    rows.push([t("late_frames"), call.late]);
    if (heard) rows.push([t("gaps"), heard.gaps]);
    const said = JSON.stringify(rows);
    if (said === this.said) return;
    this.said = said;
    this.list.replaceChildren(...rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(value)))));
  }

  truth(call) {
    const wanted = call.labels.true_question;
    const named = wanted === "other" ? t("something_else") : call.title(wanted);
    if (!call.outcome) return named;
    const right = wanted === "other" ? call.located === null : call.located === wanted;
    return `${named} ${right ? "✓" : "✗"}`;
  }
}
