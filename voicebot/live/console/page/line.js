// The connection of one call: what voicebot/live/console/protocol.py describes, from the page's side.
import { FRAME } from "./sound.js";

const HEAD = 8;
const CALLER_LEG = 1;
const BEHIND_BYTES = 160000; // unsent sound, 5 s: a network that slow carries no call

/** Dispatches `message` (JSON), `sound` ({number, callerPeak, botPeak, bot, caller}) and `close`. */
export class Line extends EventTarget {
  constructor(start) {
    super();
    this.socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.send({ type: "start", ...start });
    this.socket.onmessage = ({ data }) => (typeof data === "string" ? this.tell("message", JSON.parse(data)) : this.take(data));
    this.socket.onclose = () => this.tell("close", null);
  }

  tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  take(data) {
    const head = new DataView(data, 0, HEAD);
    const flags = head.getUint16(6, true);
    this.tell("sound", {
      number: head.getInt32(0, true),
      callerPeak: head.getUint8(4),
      botPeak: head.getUint8(5),
      bot: new Int16Array(data, HEAD, FRAME),
      caller: flags & CALLER_LEG ? new Int16Array(data, HEAD + 2 * FRAME, FRAME) : null,
    });
  }

  get open() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  send(message) {
    if (this.open) this.socket.send(JSON.stringify(message));
  }

  /** The caller's 20 ms; false when it was left out because the network is behind. */
  frame(samples) {
    if (!this.open || this.socket.bufferedAmount > BEHIND_BYTES) return false;
    this.socket.send(samples);
    return true;
  }

  close() {
    this.socket.close();
  }
}
