// A streaming sample rate converter: windowed sinc, any ratio. Used inside the audio worklet.

const ZEROS = 14; // zero crossings of the sinc on either side
const PHASES = 128; // rows of the table; between two rows the taps are interpolated
const BETA = 8; // Kaiser window: about 80 dB down

const bessel = (x) => {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 40; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
};

/** Float32 blocks at `from` Hz in, Float32 blocks at `to` Hz out, delayed by half the filter. */
export class Resampler {
  constructor(from, to) {
    this.step = from / to;
    const scale = Math.min(1, to / from) * 0.94;
    this.half = Math.ceil(ZEROS / scale);
    this.taps = 2 * this.half;
    this.table = new Float32Array((PHASES + 1) * this.taps);
    for (let phase = 0; phase <= PHASES; phase += 1) {
      for (let tap = 0; tap < this.taps; tap += 1) {
        const x = tap - this.half + 1 - phase / PHASES;
        const inside = 1 - (x / this.half) ** 2;
        const sinc = x === 0 ? 1 : Math.sin(Math.PI * x * scale) / (Math.PI * x * scale);
        this.table[phase * this.taps + tap] = inside <= 0 ? 0 : (scale * sinc * bessel(BETA * Math.sqrt(inside))) / bessel(BETA);
      }
    }
    this.held = new Float32Array(this.taps);
    this.at = this.half - 1; // position of the next output sample in `held`, in input samples
  }

  push(block) {
    const input = new Float32Array(this.held.length + block.length);
    input.set(this.held);
    input.set(block, this.held.length);
    const out = new Float32Array(Math.max(0, Math.ceil((input.length - this.half - this.at) / this.step)));
    let count = 0;
    let at = this.at;
    for (; at + this.half < input.length && count < out.length; at += this.step) {
      const whole = Math.floor(at);
      const phase = (at - whole) * PHASES;
      const row = Math.floor(phase);
      const between = phase - row;
      const first = row * this.taps;
      const start = whole - this.half + 1;
      let sum = 0;
      for (let tap = 0; tap < this.taps; tap += 1) {
        const low = this.table[first + tap];
        sum += input[start + tap] * (low + between * (this.table[first + this.taps + tap] - low));
      }
      out[count] = sum;
      count += 1;
    }
    const from = Math.max(0, Math.floor(at) - this.half + 1);
    this.held = input.slice(from);
    this.at = at - from;
    return count === out.length ? out : out.subarray(0, count);
  }
}
