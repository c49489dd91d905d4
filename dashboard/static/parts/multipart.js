// A file on its way to S3 in parts: in order, a few at a time, each to an address of its own.

import { pause } from "./dom.js";
import { Failed } from "./failed.js";
import { Gate } from "./gate.js";
import { GONE, hasChanged } from "./look.js";

const TOGETHER = 3;
const ATTEMPTS = 6;
const WINDOW = 20; // addresses asked for at once
const LONGEST_MS = 16_000;

export class Multipart {
  #file;
  #partBytes;
  #urls;
  #more;
  #etags = new Map();
  #sent = new Map();
  #under = new Set();
  #gate = new Gate();
  #asking = null;
  #ended = false;

  // `more(first, count)` resolves with further addresses by part number.
  constructor(file, { part_bytes: partBytes, parts }, more) {
    this.#file = file;
    this.#partBytes = partBytes;
    this.#urls = new Map(Object.entries(parts ?? {}).map(([number, url]) => [Number(number), url]));
    this.#more = more;
    this.onprogress = () => {};
    this.onconnection = () => {};
  }

  get count() {
    return Math.max(1, Math.ceil(this.#file.size / this.#partBytes));
  }

  // Resolves with the parts' ETags in order; rejects with `Failed`. Called again, it sends what is missing.
  async run() {
    this.#ended = false;
    const numbers = Array.from({ length: this.count }, (_, i) => i + 1).filter((number) => !this.#etags.has(number));
    const lane = async () => {
      for (let number = numbers.shift(); number && !this.#ended; number = numbers.shift()) await this.#part(number);
    };
    try {
      await Promise.all(Array.from({ length: TOGETHER }, lane));
      if (await hasChanged(this.#file)) throw new Failed(GONE); // the parts may be half of each; nobody joins them
    } catch (error) {
      this.abort();
      throw error;
    }
    return Array.from({ length: this.count }, (_, i) => this.#etags.get(i + 1));
  }

  pause() {
    this.#gate.close();
    for (const request of this.#under) request.abort();
  }

  resume() {
    this.#gate.open();
  }

  abort() {
    this.#ended = true;
    this.#gate.open();
    for (const request of this.#under) request.abort();
  }

  async #part(number) {
    const start = (number - 1) * this.#partBytes;
    const bytes = this.#file.slice(start, Math.min(start + this.#partBytes, this.#file.size));
    for (let attempt = 1; !this.#ended; ) {
      await this.#ready();
      if (this.#ended) break; // let go while it waited
      try {
        this.#etags.set(number, await this.#put(number, bytes));
        return;
      } catch (error) {
        if (this.#gate.isClosed || this.#ended) continue; // held back by the person, not refused
        if (attempt++ >= ATTEMPTS || error.said || error.final) throw error;
        // Its time may be over, or the upload itself: whoever is asked for a new address knows.
        if (error.status === 403 || attempt > 2) this.#urls.delete(number);
        await pause(Math.min(LONGEST_MS, 500 * 2 ** attempt));
      }
    }
  }

  async #ready() {
    await this.#gate.passed();
    if (navigator.onLine || this.#ended) return;
    this.onconnection(false);
    await new Promise((back) => addEventListener("online", back, { once: true }));
    this.onconnection(true);
    return this.#ready(); // held back meanwhile, or gone again
  }

  async #put(number, bytes) {
    const url = this.#urls.get(number) ?? (await this.#ask(number));
    if (this.#gate.isClosed || this.#ended) throw new Failed("It was held back while the address came.");
    const request = new XMLHttpRequest();
    this.#under.add(request);
    try {
      await answer(request, url, bytes, (loaded) => this.#tell(number, loaded));
    } finally {
      this.#under.delete(request);
    }
    if (request.status !== 200) throw new Failed(`S3 answered ${request.status || "nothing"}.`, request.status);
    return etagOf(request);
  }

  // One question at a time; what another lane asked for may hold ours too.
  async #ask(number) {
    while (!this.#urls.has(number)) {
      const mine = !this.#asking;
      this.#asking ??= this.#more(number, Math.min(WINDOW, this.count - number + 1)).finally(() => (this.#asking = null));
      for (const [one, url] of Object.entries(await this.#asking)) this.#urls.set(Number(one), url);
      if (mine && !this.#urls.has(number)) throw new Failed("No address came for the next part.");
    }
    return this.#urls.get(number);
  }

  #tell(number, loaded) {
    this.#sent.set(number, loaded);
    this.onprogress([...this.#sent.values()].reduce((sum, one) => sum + one, 0) / this.#file.size);
  }
}

function answer(request, url, bytes, onprogress) {
  return new Promise((resolve) => {
    request.open("PUT", url);
    request.upload.onprogress = ({ loaded }) => onprogress(loaded);
    request.onload = () => (onprogress(bytes.size), resolve());
    request.onerror = request.onabort = () => (onprogress(0), resolve());
    request.send(bytes);
  });
}

function etagOf(request) {
  const etag = request.getResponseHeader("etag");
  if (etag) return etag;
  const error = new Failed("S3 does not let this page read its answers: the bucket's CORS rule has to expose ETag.", 200);
  throw Object.assign(error, { final: true });
}
