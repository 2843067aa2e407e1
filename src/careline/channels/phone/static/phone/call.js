// One call from the dialling to the goodbye: what the hall says is played, what is pressed is brought to the hall.
"use strict";

const TRY_AGAIN_MS = 800;
const RING_EVERY_MS = 3000;

class Gone extends Error {}

// Whoever makes both sides of a conversation needs an id for it that nobody guesses; also where pages are plain http.
function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
}

// The form that the hall's addresses take. `page` is the telephone's element: it holds addresses, token and caller.
function filled(page, call, number, event, more) {
  const form = new FormData();
  form.set("csrfmiddlewaretoken", page.querySelector("[name=csrfmiddlewaretoken]").value);
  const told = { call, number, event, caller: page.dataset.caller, ...more };
  for (const [name, value] of Object.entries(told)) form.set(name, value);
  return form;
}

class Call {
  // `shows` is told what there is to see: answer(answer), sent(keys), keys(shown), speaking(on), state(word), trouble(word), silent(), person().
  constructor(page, sound, shows) {
    this.id = newId();
    this.page = page;
    this.sound = sound;
    this.shows = shows;
    this.pace = Number(page.dataset.pace); // 1 but in tests, which have no time to listen
    this.patient = false;
    this.number = -1;
    this.keys = "";
    this.shown = ""; // the same, with dots for what is secret
    this.pressedAt = 0;
    this.answer = null;
    this.playing = null;
    this.over = false;
    this.stir = () => null;
  }

  async run() {
    try {
      this.ring();
      this.shows.state("ringing");
      let answer = await this.tell("hello");
      while (answer) answer = await this.follow(answer);
    } catch (error) {
      if (!(error instanceof Gone)) throw error;
    } finally {
      this.finish();
    }
  }

  // Until the first words are heard; their sound may have to be made first.
  ring() {
    if (this.over || this.playing?.began || this.number > 0) return;
    this.sound.ring();
    setTimeout(() => this.ring(), RING_EVERY_MS);
  }

  async follow(answer) {
    this.answer = answer;
    if (this.number) this.shows.state("asking"); // until its first word
    this.shows.answer(answer);
    if (answer.then === "keys") {
      const { event, keys, shown, heard } = await this.gather(answer);
      if (keys) this.shows.sent(shown);
      this.shows.keys(this.shown);
      return this.tell(event, { keys, heard });
    }
    await this.say(answer, false);
    if (answer.then !== "person") return null;
    this.shows.person();
    await this.rest(this.sound.melody(this.pace));
    return this.tell("returned");
  }

  // Say it, whole or until a key; how many percent were heard.
  async say(answer, untilKey) {
    if (untilKey && this.keys) return 0;
    const address = answer.text && `${this.page.dataset.call}/${this.id}/${answer.number}.wav`;
    const playing = (this.playing = this.sound.say(address, answer.seconds, this.pace));
    playing.started.then(() => {
      if (!playing.over) this.shows.state("talking");
      this.shows.speaking(!playing.over);
    });
    playing.done.then(() => this.shows.speaking(false));
    while (!playing.over) {
      await Promise.race([playing.done, this.stirred()]);
      if (this.over || (untilKey && this.keys)) {
        const heard = playing.percent();
        playing.stop();
        this.check();
        return heard;
      }
    }
    if (playing.silent && answer.text) this.shows.silent();
    return 100;
  }

  // Digits ahead count where a key may stop the words; where not, what came before the last word is dropped.
  async gather(answer) {
    const heard = await this.say(answer, answer.barge_in);
    if (!answer.barge_in) this.keys = this.shown = "";
    const since = performance.now();
    if (!this.keys) this.shows.state("listening");
    while (!this.complete(answer)) {
      const from = this.keys ? Math.max(since, this.pressedAt) : since;
      const seconds = this.keys ? answer.between_seconds : this.patient ? Infinity : answer.silence_seconds;
      const left = from + (seconds * 1000) / this.pace - performance.now();
      if (left <= 0) break;
      await this.stirred(left);
      this.check();
    }
    return { ...this.take(answer.ends_with), heard };
  }

  complete(answer) {
    return this.keys.length >= answer.keys_max || (answer.ends_with && this.keys.includes(answer.ends_with));
  }

  take(endsWith) {
    const end = endsWith ? this.keys.indexOf(endsWith) + 1 : 0;
    const many = end || this.keys.length;
    const [keys, shown] = [this.keys.slice(0, many), this.shown.slice(0, many)];
    [this.keys, this.shown] = [this.keys.slice(many), this.shown.slice(many)];
    return { event: keys ? "keys" : "silence", keys, shown };
  }

  // Bring it to the hall; a request that is lost on the way is brought again: it counts once.
  async tell(event, more = {}) {
    this.number += 1;
    const asked = this.answer;
    this.answer = null; // until the answer is here nobody knows whether the next keys are secret
    const wait = setTimeout(() => asked && this.shows.state("asking"), 600);
    const form = filled(this.page, this.id, this.number, event, more);
    const send = () => fetch(this.page.dataset.call, { method: "POST", body: form }).catch(() => null);
    let response = await send();
    if (!response) {
      await this.rest(TRY_AGAIN_MS / 1000);
      response = await send();
    }
    clearTimeout(wait);
    this.check();
    const answer = response && (await response.json().catch(() => null));
    this.check();
    if (!answer) this.shows.trouble(response && response.status === 403 ? "stale" : "cut_off");
    return answer;
  }

  press(key) {
    if (this.over) return;
    this.keys += key;
    this.shown += this.answer && !this.answer.secret ? key : "•";
    this.pressedAt = performance.now();
    this.shows.keys(this.shown);
    this.stir();
  }

  wait(patient) {
    this.patient = patient;
    this.stir();
  }

  // The visitor ends it, by the key or by leaving the page; the hall is told even while the page goes away.
  hangUp() {
    if (this.over) return;
    this.finish();
    this.stir();
  }

  finish() {
    if (this.over) return;
    this.over = true;
    this.playing?.stop();
    navigator.sendBeacon(this.page.dataset.call, filled(this.page, this.id, this.number + 1, "hung_up", {}));
    this.shows.state("ended");
  }

  check() {
    if (this.over) throw new Gone();
  }

  async rest(seconds) {
    const until = performance.now() + seconds * 1000;
    while (performance.now() < until) {
      await this.stirred(until - performance.now());
      this.check();
    }
  }

  // Until a key, the end, or so many milliseconds.
  stirred(milliseconds = Infinity) {
    return new Promise((resolve) => {
      this.stir = resolve;
      if (milliseconds < Infinity) setTimeout(resolve, milliseconds);
    });
  }
}
