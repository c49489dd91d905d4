// Messages to Python that are never lost and never counted twice.
//
// Of two triggers set in one moment the second wins, and a rerun can swallow one; so the whole of what Python has
// not acknowledged is posted each time, and Python takes each message once, by its number.

import { newId } from "./dom.js";

const AGAIN_MS = 4000;

export class Outbox {
  #box = newId();
  #seq = 0;
  #unacked = new Map();
  #asked = new Map();
  #told = new Map();
  #got = new Set();
  #post = null;
  #timer = null;
  #posted = 0;

  // `post` hands a value to Python; the newest one counts, because a page drawn again brings a new one; null while none is shown.
  connect(post) {
    this.#post = post;
  }

  // Resolves with Python's answer.
  ask(message) {
    const seq = this.#put(message);
    return new Promise((resolve) => this.#asked.set(seq, resolve));
  }

  // `read` is called once Python has read it, with its answer where there is one.
  tell(message, read) {
    const seq = this.#put(message);
    if (read) this.#told.set(seq, read);
  }

  // What Python says with each drawing: whose box it knows, how far it has read, and its answers by number.
  heard({ box, acked = 0, answers = {} } = {}) {
    if (box === this.#box) {
      for (const seq of this.#unacked.keys()) if (seq <= acked) this.#acked(seq, answers[seq]);
      const held = new Set(Object.keys(answers).map(Number));
      for (const seq of this.#got) if (!held.has(seq)) this.#got.delete(seq);
      for (const seq of held) this.#hear(seq, answers[seq]);
    }
    if (this.#got.size || (this.#unacked.size && Date.now() - this.#posted > AGAIN_MS)) this.#send();
  }

  #put(message) {
    const seq = ++this.#seq;
    this.#unacked.set(seq, { seq, ...message });
    // Messages of one moment go together.
    queueMicrotask(() => this.#send());
    return seq;
  }

  #acked(seq, answer) {
    this.#unacked.delete(seq);
    this.#told.get(seq)?.(answer);
    this.#told.delete(seq);
  }

  #hear(seq, answer) {
    this.#got.add(seq);
    this.#asked.get(seq)?.(answer);
    this.#asked.delete(seq);
  }

  #send() {
    clearTimeout(this.#timer);
    if (!this.#unacked.size && !this.#got.size) return;
    this.#timer = setTimeout(() => this.#send(), AGAIN_MS);
    if (!this.#post) return;
    this.#posted = Date.now();
    this.#post({ box: this.#box, messages: [...this.#unacked.values()], got: [...this.#got] });
  }
}
