// How far somebody has watched, told every ten seconds, when they stop and when they turn to something else. The figures are of the whole session, so
// that one that comes twice changes nothing.

import { newId } from "./dom.js";

const EVERY_MS = 10_000;
const STEP_S = 2; // a longer jump between two looks is a seek, not watching
const ENOUGH = 0.95;

export class Watching {
  #media;
  #tell;
  #session = newId();
  #watched = 0;
  #last = null;
  #told = "";
  #completed = false;
  #stop = new AbortController();

  // `tell` takes a report: `{session, position_s, watched_s, completed}`.
  constructor(media, tell) {
    this.#media = media;
    this.#tell = tell;
    const on = (target, name, then, more) => target.addEventListener(name, then, { signal: this.#stop.signal, ...more });
    on(media, "timeupdate", () => this.#look());
    on(media, "seeking", () => (this.#last = null));
    for (const name of ["pause", "ended"]) on(media, name, () => this.report());
    on(document, "visibilitychange", () => document.hidden && this.report());
    on(window, "pagehide", () => this.report());
    // A moment before a link is followed by hand or key: after it this page can say nothing more.
    for (const name of ["pointerdown", "focusin"]) on(window, name, (event) => this.#turned(event), { capture: true });
    const timer = setInterval(() => this.report(), EVERY_MS);
    this.#stop.signal.addEventListener("abort", () => clearInterval(timer));
  }

  report() {
    if (!this.#watched) return; // nothing was played: what was kept of an earlier time stays
    const said = {
      session: this.#session,
      position_s: round(this.#media.currentTime),
      watched_s: round(this.#watched),
      completed: this.#completed,
    };
    if (JSON.stringify(said) === this.#told) return;
    this.#told = JSON.stringify(said);
    this.#tell(said);
  }

  end() {
    this.report();
    this.#stop.abort();
  }

  #turned(event) {
    if (!event.composedPath().includes(this.#media)) this.report();
  }

  #look() {
    const { currentTime: now, duration } = this.#media;
    const step = this.#last === null ? 0 : now - this.#last;
    if (step > 0 && step <= STEP_S * Math.max(1, this.#media.playbackRate)) this.#watched += step;
    this.#last = now;
    if (this.#media.ended || now >= duration * ENOUGH) this.#completed = true;
  }
}

const round = (seconds) => Math.round(seconds * 10) / 10;
