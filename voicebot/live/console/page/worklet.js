// On the sound card's clock: the microphone's samples become frames of 20 ms at 16 kHz, the call's frames become sound.
import { Resampler } from "./resample.js";

const RATE = 16000;
const FRAME = 320;
const AHEAD = 4; // frames kept in hand: the jitter that a call survives without a hole
const TRIM = 8; // more in hand than this: quiet frames are left out until the bot is on time again
const MOST = 75; // more than this, and the oldest go whatever they hold
const QUIET = 0.002; // a frame whose largest sample is below is quiet
const REPORT = 25; // frames between two reports

class Line extends AudioWorkletProcessor {
  constructor() {
    super();
    this.down = new Resampler(sampleRate, RATE);
    this.up = new Resampler(RATE, sampleRate);
    this.recorded = new Float32Array(0);
    this.waiting = [];
    this.ready = new Float32Array(0);
    this.playing = false; // enough was in hand once; false again after a hole
    this.sounding = false;
    this.gaps = 0;
    this.skipped = 0;
    this.asked = 0;
    this.port.onmessage = ({ data }) => {
      if (data === "hush") {
        this.waiting = [];
        this.playing = false;
        this.sounding = false;
      } else {
        this.waiting.push(data);
      }
    };
  }

  process(inputs, outputs) {
    const heard = inputs[0] && inputs[0][0];
    if (heard) this.take(heard);
    const [left, ...others] = outputs[0];
    if (left) {
      this.give(left);
      for (const other of others) other.set(left);
    }
    return true;
  }

  take(block) {
    const fresh = this.down.push(block);
    const all = new Float32Array(this.recorded.length + fresh.length);
    all.set(this.recorded);
    all.set(fresh, this.recorded.length);
    let start = 0;
    for (; start + FRAME <= all.length; start += FRAME) {
      const frame = new Int16Array(FRAME);
      for (let i = 0; i < FRAME; i += 1) frame[i] = Math.max(-32768, Math.min(32767, Math.round(all[start + i] * 32768)));
      this.port.postMessage({ frame: frame.buffer }, [frame.buffer]);
    }
    this.recorded = all.slice(start);
  }

  give(out) {
    while (this.ready.length < out.length) {
      const more = this.up.push(this.next());
      const all = new Float32Array(this.ready.length + more.length);
      all.set(this.ready);
      all.set(more, this.ready.length);
      this.ready = all;
    }
    out.set(this.ready.subarray(0, out.length));
    this.ready = this.ready.slice(out.length);
  }

  next() {
    this.asked += 1;
    if (this.asked % REPORT === 0) {
      this.port.postMessage({ gaps: this.gaps, skipped: this.skipped, waiting: this.waiting.length });
    }
    while (this.waiting.length > MOST || (this.waiting.length > TRIM && this.quiet(this.waiting[0]))) {
      this.waiting.shift();
      this.skipped += 1;
    }
    if (!this.playing && this.waiting.length >= AHEAD) this.playing = true;
    const frame = this.playing ? this.waiting.shift() : undefined;
    if (frame === undefined) {
      if (this.playing && this.sounding) this.gaps += 1;
      this.playing = false;
      this.sounding = false;
      return new Float32Array(FRAME);
    }
    this.sounding = !this.quiet(frame);
    return frame;
  }

  quiet(frame) {
    for (const sample of frame) if (sample > QUIET || sample < -QUIET) return false;
    return true;
  }
}

registerProcessor("voicebot-line", Line);
