// Both legs on one time line: waveforms, turns, hushes, pauses, stops, resumes, decisions, and the belief below.
import { pick, t } from "./words.js";

const SCALE = 64; // pixels a second
const AXIS = 18;
const MARKS = { top: 20, row: 17, rows: 2 };
const CALLER = { top: 58, tall: 56 };
const BOT = { top: 120, tall: 56 };
const BELIEF = { top: 184, tall: 34 };
const HEIGHT = 222;
const AHEAD = 0.82; // while a call is live, now is drawn at this share of the width

/** Draws a `Call` on a canvas that lies still in a box that scrolls. */
export class Timeline {
  constructor(scroller, canvas, length) {
    Object.assign(this, { scroller, canvas, length });
    this.call = null;
    this.live = false;
    this.playhead = null;
    this.onseek = null;
    this.asked = false;
    this.following = true;
    scroller.addEventListener("scroll", () => this.scrolled());
    canvas.addEventListener("click", (event) => this.clicked(event));
    new ResizeObserver(() => this.draw()).observe(scroller);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    canvas.style.height = `${HEIGHT}px`;
    scroller.style.height = `${HEIGHT + 14}px`;
  }

  show(call, live) {
    Object.assign(this, { call, live, playhead: null, following: true });
    this.scroller.scrollLeft = 0;
    this.draw();
  }

  /** Draw soon: at most once a picture of the screen. */
  draw() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      if (this.call && this.scroller.clientWidth) this.paint();
    });
  }

  scrolled() {
    const end = this.scroller.scrollWidth - this.scroller.clientWidth;
    if (this.live && !this.moving) this.following = this.scroller.scrollLeft >= end - 40;
    this.moving = false;
    this.draw();
  }

  clicked(event) {
    if (!this.onseek || this.live) return;
    const x = event.clientX - this.canvas.getBoundingClientRect().left;
    this.onseek(Math.max(0, Math.min(this.call.seconds, this.left + x / SCALE)));
  }

  /** Bring `seconds` into sight. */
  reveal(seconds) {
    const x = seconds * SCALE;
    const { scrollLeft, clientWidth } = this.scroller;
    if (x < scrollLeft + 20 || x > scrollLeft + clientWidth - 60) this.scroller.scrollLeft = x - clientWidth * 0.3;
    this.draw();
  }

  paint() {
    const { call, scroller, canvas } = this;
    const width = scroller.clientWidth;
    const room = this.live ? width * (1 - AHEAD) : 24;
    this.length.style.width = `${Math.max(width, call.seconds * SCALE + room)}px`;
    if (this.live && this.following) {
      this.moving = true;
      scroller.scrollLeft = scroller.scrollWidth;
    }
    this.left = scroller.scrollLeft / SCALE;
    this.right = this.left + width / SCALE;
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(HEIGHT * ratio);
      canvas.style.width = `${width}px`;
    }
    this.pen = canvas.getContext("2d");
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.pen.clearRect(0, 0, width, HEIGHT);
    const style = getComputedStyle(document.documentElement);
    this.colour = (name) => style.getPropertyValue(`--${name}`).trim();
    this.font = style.getPropertyValue("--font").trim() || "sans-serif";
    this.paintAxis(width);
    this.paintLanes(width);
    this.paintUtterances();
    this.paintPrompts();
    this.paintWave(call.callerPeaks, CALLER, "caller-ink");
    this.paintWave(call.botPeaks, BOT, "bot-ink");
    this.paintBelief();
    this.paintMarks();
    if (this.live) this.paintLine(call.seconds, "quiet");
    else if (this.playhead !== null) this.paintLine(this.playhead, "stop");
  }

  x(seconds) {
    return (seconds - this.left) * SCALE;
  }

  seen(start, end) {
    return end >= this.left && start <= this.right;
  }

  text(words, x, y, { colour = "ink", size = 12, width = Infinity, weight = "" } = {}) {
    if (width < 14) return;
    const pen = this.pen;
    pen.font = `${weight} ${size}px ${this.font}`;
    pen.fillStyle = this.colour(colour);
    let shown = words;
    if (pen.measureText(shown).width > width) {
      while (shown && pen.measureText(`${shown}…`).width > width) shown = shown.slice(0, -1);
      shown = shown ? `${shown}…` : "";
    }
    pen.fillText(shown, x, y);
  }

  box(start, end, lane, fill, edge, dash = []) {
    const pen = this.pen;
    const x = this.x(start);
    const width = Math.max(2, this.x(end) - x);
    pen.beginPath();
    pen.roundRect(x, lane.top, width, lane.tall, 6);
    pen.fillStyle = this.colour(fill);
    pen.fill();
    pen.setLineDash(dash);
    pen.lineWidth = 1;
    pen.strokeStyle = this.colour(edge);
    pen.stroke();
    pen.setLineDash([]);
  }

  paintAxis() {
    const pen = this.pen;
    pen.strokeStyle = this.colour("line");
    pen.lineWidth = 1;
    for (let second = Math.max(0, Math.floor(this.left)); second <= this.right; second += 1) {
      const x = Math.round(this.x(second)) + 0.5;
      const labelled = second % 2 === 0;
      pen.beginPath();
      pen.moveTo(x, labelled ? AXIS : AXIS + 4);
      pen.lineTo(x, BELIEF.top + BELIEF.tall);
      pen.globalAlpha = labelled ? 0.9 : 0.35;
      pen.stroke();
      pen.globalAlpha = 1;
      if (labelled) this.text(`${Math.floor(second / 60)}:${String(second % 60).padStart(2, "0")}`, x + 3, 12, { colour: "quiet", size: 10.5 });
    }
  }

  paintLanes(width) {
    const pen = this.pen;
    for (const lane of [CALLER, BOT, BELIEF]) {
      pen.fillStyle = this.colour("lane");
      pen.beginPath();
      pen.roundRect(0, lane.top, width, lane.tall, 4);
      pen.fill();
    }
  }

  paintUtterances() {
    const { call } = this;
    for (const said of call.utterances) {
      const end = said.end ?? call.seconds;
      if (!this.seen(said.start, end + 8)) continue;
      this.box(said.start, end, CALLER, said.discarded ? "gone" : "caller", said.discarded ? "gone-edge" : "caller-edge", said.discarded ? [3, 2] : []);
      const words = said.text || said.partial;
      const left = Math.max(this.x(said.start), 0) + 6;
      this.text(words, left, CALLER.top + 14, { width: this.x(end) - left - 4, weight: said.turn ? "600" : "" });
      if (said.turn) this.paintFlag(end, CALLER, "caller-edge");
    }
    for (const { t: at, key } of call.keys) {
      if (!this.seen(at, at)) continue;
      this.pen.fillStyle = this.colour("c4");
      this.pen.beginPath();
      this.pen.arc(this.x(at), CALLER.top + CALLER.tall - 8, 7.5, 0, 7);
      this.pen.fill();
      this.text(key, this.x(at) - 3, CALLER.top + CALLER.tall - 4, { colour: "on", size: 10, weight: "700" });
    }
  }

  paintPrompts() {
    const { call } = this;
    for (const prompt of call.prompts) {
      const end = prompt.end ?? call.seconds;
      if (!this.seen(prompt.start, end)) continue;
      this.box(prompt.start, end, BOT, "bot", "bot-edge");
      for (const quiet of prompt.quiet) {
        const until = quiet.end ?? end;
        if (quiet.kind === "pause") this.box(quiet.start, until, BOT, "card", "bot-edge", [2, 3]);
        else this.box(quiet.start, until, BOT, "hush", "bot-edge", [4, 2]);
      }
      const left = Math.max(this.x(prompt.start), 0) + 6;
      this.text(prompt.text, left, BOT.top + 14, { width: this.x(end) - left - 4 });
      for (const at of prompt.resumed) this.paintResume(at);
      if (prompt.stopped !== null) this.paintStop(prompt.stopped);
    }
  }

  paintFlag(at, lane, colour) {
    this.pen.fillStyle = this.colour(colour);
    this.pen.fillRect(this.x(at) - 2, lane.top, 2.5, lane.tall);
  }

  paintStop(at) {
    const pen = this.pen;
    const x = this.x(at);
    pen.fillStyle = this.colour("stop");
    pen.fillRect(x - 1, BOT.top - 3, 2.5, BOT.tall + 6);
    pen.beginPath();
    pen.roundRect(x - 5, BOT.top - 6, 10, 10, 2);
    pen.fill();
  }

  paintResume(at) {
    const pen = this.pen;
    const x = this.x(at);
    pen.fillStyle = this.colour("caller-edge");
    pen.beginPath();
    pen.moveTo(x - 4, BOT.top - 7);
    pen.lineTo(x + 7, BOT.top - 1);
    pen.lineTo(x - 4, BOT.top + 5);
    pen.fill();
  }

  paintWave(peaks, lane, colour) {
    const pen = this.pen;
    const rate = this.call.peaksASecond;
    const middle = lane.top + lane.tall - 19;
    const half = 17;
    const first = Math.max(0, Math.floor(this.left * rate));
    const last = Math.min(peaks.length - 1, Math.ceil(this.right * rate));
    const width = Math.max(1, SCALE / rate - 0.3);
    pen.fillStyle = this.colour(colour);
    for (let index = first; index <= last; index += 1) {
      const tall = half * Math.sqrt((peaks[index] || 0) / 255);
      if (tall > 0.4) pen.fillRect(this.x(index / rate), middle - tall, width, 2 * tall);
    }
  }

  paintBelief() {
    const { call } = this;
    const colours = call.coloured();
    call.beliefs.forEach((belief, index) => {
      const end = call.beliefs[index + 1]?.t ?? call.seconds;
      if (!this.seen(belief.t, end)) return;
      const x = Math.max(0, this.x(belief.t));
      const width = this.x(end) - x;
      let y = BELIEF.top + BELIEF.tall;
      const parts = Object.entries(belief.top).sort((a, b) => (a[0] === "other") - (b[0] === "other") || b[1] - a[1]);
      for (const [question, p] of parts) {
        const tall = BELIEF.tall * Math.min(1, p);
        y -= tall;
        this.pen.fillStyle = this.colour(colours.has(question) ? `c${colours.get(question)}` : "other");
        this.pen.fillRect(x, y, Math.max(0, width - 1), Math.max(0, tall - 0.5));
        const name = question === "other" ? t("something_else") : call.title(question);
        if (tall > 14) this.text(name, x + 5, y + tall / 2 + 4, { width: width - 10, size: 11, colour: question === "other" ? "ink" : "on" });
      }
    });
  }

  paintMarks() {
    const ends = new Array(MARKS.rows).fill(-Infinity);
    const pen = this.pen;
    for (const mark of this.call.marks) {
      const words = pick(mark);
      pen.font = `11px ${this.font}`;
      const wide = Math.min(220, pen.measureText(words).width + 14);
      const x = this.x(mark.t);
      const row = ends.findIndex((end) => x >= end);
      if (row < 0) continue;
      ends[row] = x + wide + 4;
      if (x + wide < 0 || x > this.canvas.clientWidth) continue;
      const y = MARKS.top + row * MARKS.row;
      pen.fillStyle = this.colour("track");
      pen.beginPath();
      pen.roundRect(x, y, wide, MARKS.row - 2, 4);
      pen.fill();
      pen.fillStyle = this.colour(MARK_COLOURS[mark.kind] || "quiet");
      pen.fillRect(x, y, 3, MARKS.row - 2);
      this.text(words, x + 7, y + 11.5, { size: 11, width: wide - 9 });
    }
  }

  paintLine(at, colour) {
    this.pen.fillStyle = this.colour(colour);
    this.pen.fillRect(this.x(at) - 0.75, AXIS, 1.5, BELIEF.top + BELIEF.tall - AXIS);
  }
}

const MARK_COLOURS = {
  decided: "c0", located: "c2", confirmed: "c2", agent: "c3", ended: "c3", silence: "c1", rejoined: "c1", guess: "c4", slot: "c6", key: "c4",
};
