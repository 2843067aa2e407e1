// The sound of the telephone. Without any (no loudspeaker, no voice) time passes all the same, as the words would take.
"use strict";

const RING = [450]; // the ringing tone of China (GF 002-9002), Hz
const RING_SECONDS = 0.8;
const ROWS = [697, 770, 852, 941]; // of the keys, ITU-T Q.23
const COLUMNS = [1209, 1336, 1477];
const LAYOUT = "123456789*0#";
const TRIES = 3; // to get the sound of words
const MELODY = [220, 262, 330, 440, 330, 262, 392, 330]; // the hold, one note each half second

class Sound {
  constructor() {
    this.context = null;
    this.gain = null;
    this.loudness = 0.8;
  }

  // Called by a press of the visitor: before one, browsers let no page make a noise.
  wake() {
    if (!this.context && window.AudioContext) {
      this.context = new AudioContext();
      this.gain = this.context.createGain();
      this.gain.connect(this.context.destination);
      this.turn(this.loudness);
    }
    this.context?.resume().catch(() => null);
  }

  turn(loudness) {
    this.loudness = loudness;
    if (this.gain) this.gain.gain.value = loudness;
  }

  // The prompt at this address begins as soon as it is here; `seconds` is how long it takes if it has no sound.
  say(address, seconds, pace) {
    return new Playing(this, address, seconds, pace);
  }

  // The octets as a buffer; null where there is no sound in them, or none to be made here.
  async decode(octets) {
    const buffer = this.context && (await this.context.decodeAudioData(octets).catch(() => null));
    return buffer && this.context.state === "running" ? buffer : null;
  }

  tone(frequencies, seconds, after = 0, level = 0.12) {
    if (!this.context) return;
    const at = this.context.currentTime + after;
    const fade = this.context.createGain();
    fade.gain.setValueAtTime(level, at);
    fade.gain.setTargetAtTime(0, at + seconds * 0.8, seconds / 15);
    fade.connect(this.gain);
    for (const frequency of frequencies) {
      const one = this.context.createOscillator();
      one.frequency.value = frequency;
      one.connect(fade);
      one.start(at);
      one.stop(at + seconds);
    }
  }

  key(key) {
    const place = LAYOUT.indexOf(key);
    this.tone([ROWS[Math.floor(place / 3)], COLUMNS[place % 3]], 0.12, 0, 0.06);
  }

  ring() {
    this.tone(RING, RING_SECONDS);
  }

  // A little of the hold's melody; how many seconds it takes.
  melody(pace) {
    MELODY.forEach((note, beat) => this.tone([note, 2 * note], 0.5 / pace, (beat * 0.5) / pace, 0.05));
    return (MELODY.length * 0.5) / pace;
  }
}

class Playing {
  constructor(sound, address, seconds, pace) {
    this.sound = sound;
    this.pace = pace;
    this.length = seconds;
    this.began = null;
    this.source = null;
    this.silent = false; // no sound could be made of it
    this.over = false;
    this.leaving = new AbortController();
    this.started = new Promise((resolve) => (this.start = resolve)); // the first word
    this.done = new Promise((resolve) => (this.finish = resolve));
    this.play(address).catch(() => this.end());
  }

  async play(address) {
    let octets = null;
    // Words that were never said before may take the voice longer than a request waits; it goes on meanwhile.
    for (let tries = 0; address && !octets && tries < TRIES && !this.over; tries += 1) {
      const answer = await fetch(address, { signal: this.leaving.signal }).catch(() => null);
      octets = answer && answer.status === 200 ? await answer.arrayBuffer() : null;
    }
    if (this.over) return;
    this.silent = !octets;
    const buffer = octets && (await this.sound.decode(octets));
    if (this.over) return;
    this.began = performance.now();
    this.start();
    if (!buffer) {
      this.waiting = setTimeout(() => this.end(), (this.length * 1000) / this.pace);
      return;
    }
    this.length = buffer.duration;
    this.source = this.sound.context.createBufferSource();
    this.source.buffer = buffer;
    this.source.playbackRate.value = this.pace;
    this.source.connect(this.sound.gain);
    this.source.onended = () => this.end();
    this.source.start();
  }

  percent() {
    if (this.began === null) return 0;
    const played = ((performance.now() - this.began) / 1000) * this.pace;
    return Math.min(100, Math.round((100 * played) / Math.max(this.length, 0.1)));
  }

  stop() {
    this.leaving.abort();
    clearTimeout(this.waiting);
    if (this.source) {
      this.source.onended = null;
      this.source.stop();
    }
    this.end();
  }

  end() {
    this.over = true;
    this.finish();
  }
}
