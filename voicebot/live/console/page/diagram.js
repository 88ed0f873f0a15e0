// The dialogue's states and moves, drawn from the transition table; the current state is lit, the way so far drawn in.
import { svg } from "./dom.js";
import { pick } from "./words.js";

const PLACES = {
  new: [0, 1], guess: [1, 0], open: [1, 1], guide: [1, 2], clarify: [2, 0], confirm: [2, 1], offer: [2, 2],
  supplement: [3, 0], read_back: [3, 1], brief: [3, 2], clear: [4, 0], more: [4, 1], survey: [5, 0], bye: [5, 1], ended: [5, 2],
};
const NODE = { wide: 102, tall: 30 };
const CELL = { wide: 124, tall: 64 };

/** Columns go down the page: it fits a phone as well as a column of the desk. */
export class Diagram {
  constructor(holder, { states, moves }) {
    Object.assign(this, { holder, states, moves });
    this.build();
  }

  build() {
    const spare = Object.values(PLACES).length;
    this.at = new Map(this.states.map(({ id }, index) => {
      const [row, column] = PLACES[id] || [6 + Math.floor((index - spare) / 3), index % 3];
      return [id, { x: (column + 0.5) * CELL.wide, y: row * CELL.tall + NODE.tall / 2 + 4 }];
    }));
    const tall = Math.max(...[...this.at.values()].map(({ y }) => y)) + NODE.tall / 2 + 4;
    const head = svg("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 6, markerHeight: 6, orient: "auto-start-reverse" },
      svg("path", { d: "M0 0 8 4 0 8z", class: "arrow" }));
    this.edges = new Map(this.moves.filter((move) => move.from !== move.to).map((move) => {
      const path = svg("path", { d: this.curve(move.from, move.to), class: "move" }, svg("title", {}, move.triggers.join(", ")));
      return [`${move.from}>${move.to}`, path];
    }));
    this.nodes = new Map(this.states.map((state) => {
      const { x, y } = this.at.get(state.id);
      const label = svg("text", { x, y: y + 4.5, "text-anchor": "middle" });
      const box = svg("rect", { x: x - NODE.wide / 2, y: y - NODE.tall / 2, width: NODE.wide, height: NODE.tall, rx: 9 });
      return [state.id, { group: svg("g", { class: "state" }, box, label), label, state }];
    }));
    this.picture = svg("svg", { viewBox: `0 0 ${3 * CELL.wide} ${tall}`, role: "img", class: "states" }, svg("defs", {}, head),
      ...this.edges.values(), ...[...this.nodes.values()].map(({ group }) => group));
    this.holder.replaceChildren(this.picture);
    this.say();
  }

  curve(from, to) {
    const [a, b] = [this.at.get(from), this.at.get(to)];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const along = Math.abs(dy) < 1;
    const sideX = along ? Math.sign(dx) * NODE.wide / 2 : 0;
    const sideY = along ? 0 : Math.sign(dy) * NODE.tall / 2;
    const [x1, y1, x2, y2] = [a.x + sideX, a.y + sideY, b.x - sideX, b.y - sideY];
    const bend = along ? -Math.min(26, Math.abs(dx) / 6) : (Math.abs(dx) < 1 && Math.abs(dy) > CELL.tall ? 56 : 0);
    if (along) return `M${x1} ${y1}Q${(x1 + x2) / 2} ${y1 + (Math.abs(dx) > CELL.wide + 1 ? -34 : bend)} ${x2} ${y2}`;
    if (bend) return `M${x1} ${y1}C${x1 + bend} ${y1 + sideY * 2} ${x2 + bend} ${y2 - sideY * 2} ${x2} ${y2}`;
    return `M${x1} ${y1}C${x1} ${y1 + dy * 0.35} ${x2} ${y2 - dy * 0.35} ${x2} ${y2}`;
  }

  /** The names in the language shown. */
  say() {
    for (const { label, state } of this.nodes.values()) label.textContent = pick(state);
  }

  name(id) {
    const found = this.nodes.get(id);
    return found ? pick(found.state) : id;
  }

  update(call) {
    const key = `${call.state}|${call.path.length}`;
    if (key === this.shown && call === this.call) return;
    Object.assign(this, { shown: key, call });
    const been = new Set(call.path);
    for (const [id, { group }] of this.nodes) {
      group.setAttribute("class", `state${id === call.state ? " now" : been.has(id) ? " been" : ""}`);
    }
    const walked = new Set(call.path.slice(1).map((to, index) => `${call.path[index]}>${to}`));
    const last = `${call.path.at(-2)}>${call.path.at(-1)}`;
    for (const [edge, path] of this.edges) {
      const leaving = edge.startsWith(`${call.state}>`);
      path.setAttribute("class", `move${edge === last ? " last" : walked.has(edge) ? " walked" : leaving ? " open" : ""}`);
      if (walked.has(edge) || leaving) path.parentNode.insertBefore(path, this.nodes.values().next().value.group);
    }
    this.picture.setAttribute("aria-label", this.name(call.state));
  }
}
