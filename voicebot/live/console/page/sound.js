// Microphone and speaker of the page: one audio context, one worklet node for both directions.

export const FRAME = 320;
export const RATE = 16000;

/** What is wrong with the microphone, as a key of words.js. */
export class MicrophoneError extends Error {}

/** Plays frames, and with `microphone` gives the caller's. */
export class Sound {
  constructor() {
    this.onframe = () => {};
    this.onlost = () => {}; // the microphone was unplugged or taken away
    this.gaps = 0;
    this.waiting = 0;
    this.muted = false;
  }

  /** Must be called from a click or key press: browsers start sound for people alone. */
  async open({ microphone }) {
    if (!window.AudioContext || !window.AudioWorkletNode) throw new MicrophoneError("why_old");
    this.context = new AudioContext({ latencyHint: "interactive" });
    const resumed = this.context.resume();
    try {
      if (microphone) this.stream = await this.listen();
      await this.context.audioWorklet.addModule("/page/worklet.js");
      await resumed;
    } catch (error) {
      this.close();
      throw error;
    }
    this.node = new AudioWorkletNode(this.context, "voicebot-line", { numberOfInputs: 1, numberOfOutputs: 1, outputChannelCount: [1] });
    this.node.port.onmessage = ({ data }) => this.take(data);
    this.node.connect(this.context.destination);
    if (!this.stream) return;
    this.context.createMediaStreamSource(this.stream).connect(this.node);
    for (const track of this.stream.getTracks()) track.addEventListener("ended", () => this.onlost());
  }

  async listen() {
    if (!navigator.mediaDevices) throw new MicrophoneError(window.isSecureContext ? "why_old" : "why_insecure");
    const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: wanted });
    } catch (error) {
      throw new MicrophoneError(error.name === "NotFoundError" ? "why_none" : "why_denied");
    }
  }

  take(data) {
    if (data.frame) {
      this.onframe(this.muted ? new Int16Array(FRAME) : new Int16Array(data.frame));
    } else {
      this.gaps = data.gaps;
      this.waiting = data.waiting;
    }
  }

  /** Queue 20 ms; `legs` are Int16Arrays that are heard together. */
  play(...legs) {
    if (!this.node) return;
    const mixed = new Float32Array(FRAME);
    for (const leg of legs) for (let i = 0; i < FRAME; i += 1) mixed[i] += leg[i] / 32768;
    this.node.port.postMessage(mixed, [mixed.buffer]);
  }

  /** The bot was interrupted: what is queued is not said any more. */
  hush() {
    this.node?.port.postMessage("hush");
  }

  /** Give microphone and speaker back, after what is queued has been heard. */
  close() {
    for (const track of this.stream ? this.stream.getTracks() : []) track.stop();
    this.stream = undefined;
    const { context } = this;
    this.context = undefined;
    if (context) setTimeout(() => context.close(), 20 * this.waiting + 200);
    this.node = undefined;
  }
}

/** A stereo WAV, caller left and bot right, from lists of frames. */
export function stereoWav(caller, bot) {
  const samples = FRAME * bot.length;
  const file = new DataView(new ArrayBuffer(44 + 4 * samples));
  const text = (at, word) => [...word].forEach((letter, i) => file.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  file.setUint32(4, 36 + 4 * samples, true);
  text(8, "WAVEfmt ");
  file.setUint32(16, 16, true);
  [[20, 1], [22, 2], [32, 4], [34, 16]].forEach(([at, value]) => file.setUint16(at, value, true));
  file.setUint32(24, RATE, true);
  file.setUint32(28, 4 * RATE, true);
  text(36, "data");
  file.setUint32(40, 4 * samples, true);
  const both = new Int16Array(file.buffer, 44);
  bot.forEach((frame, index) => {
    const near = caller[index];
    for (let i = 0; i < FRAME; i += 1) {
      both[2 * (index * FRAME + i)] = near ? near[i] : 0;
      both[2 * (index * FRAME + i) + 1] = frame[i];
    }
  });
  return new Blob([file.buffer], { type: "audio/wav" });
}
