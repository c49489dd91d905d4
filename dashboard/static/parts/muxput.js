// A file on its way to Mux, by Mux's own <mux-uploader>.
//
// The element sits unseen in the page's body, not in the component: an upload goes on while other pages are looked at.

import { Failed } from "./failed.js";
import { Gate } from "./gate.js";
import { GONE, hasChanged } from "./look.js";

const CHUNK_KB = 8192; // a multiple of 256 kB, as Mux's storage asks for
const ATTEMPTS = 6;
const BETWEEN_S = 2;
const RETRIED = [0, 408, 429, 500, 502, 503, 504]; // 0: no answer at all

const UNLOADED =
  "The part of this page that sends to Mux could not be loaded, so the file goes to S3 and on to Mux by itself later. " +
  "Load the page again; if it stays, tell whoever runs Lectern.";

export class MuxPut {
  #element = null;
  #file;
  #url;
  #failed = false;
  #gate = new Gate();
  #idle = false; // no piece is on its way, for want of a network
  #ended = false;

  constructor(file, url) {
    this.#file = file;
    this.#url = url;
    this.onprogress = () => {};
    this.onconnection = () => {};
  }

  // Resolves when Mux has every byte; rejects with `Failed`. Called again after a failure, it goes on where it stopped.
  run(module) {
    return this.#element ? this.#again() : this.#first(module);
  }

  // Between two pieces, and before the first, it takes hold of the next one (`#attempt`).
  pause() {
    this.#gate.close();
    const upload = this.#element?.upload;
    if (upload?.currentXhr) this.#stop(upload);
  }

  resume() {
    this.#gate.open();
    this.#element?.upload?.resume();
  }

  abort() {
    this.#ended = true;
    this.#element?.upload?.abort();
    this.#element?.remove();
    this.#gate.open();
  }

  async #first(module) {
    await import(new URL(module, document.baseURI).href).catch((error) => {
      console.error(error);
      throw Object.assign(new Failed(UNLOADED), { unloaded: true });
    });
    await this.#gate.passed();
    if (this.#ended) throw new Failed("It was let go.");
    const element = (this.#element = document.createElement("mux-uploader"));
    for (const name of ["no-drop", "no-progress", "no-status", "no-retry"]) element.setAttribute(name, "");
    element.hidden = true;
    element.style.display = "none";
    element.chunkSize = CHUNK_KB;
    element.endpoint = () => this.#gate.passed().then(() => this.#url); // a function, so that the address is no attribute in the page
    document.body.append(element);
    element.addEventListener("uploadstart", () => this.#configure(element));
    element.addEventListener("chunkattempt", () => this.#attempt(element.upload));
    element.addEventListener("progress", ({ detail }) => this.onprogress(detail / 100));
    element.addEventListener("offline", () => this.onconnection(false));
    element.addEventListener("online", () => (this.#online(element.upload), this.onconnection(true)));
    const sent = this.#end(element);
    element.dispatchEvent(new CustomEvent("file-ready", { detail: this.#file }));
    return sent;
  }

  #configure(element) {
    const { upload } = element;
    const headers = () => this.#unchanged(element); // asked for when a piece is read and before it leaves
    Object.assign(upload, { attempts: ATTEMPTS, delayBeforeAttempt: BETWEEN_S, retryCodes: RETRIED, headers });
    this.#idle = upload.offline;
    upload.on("chunkSuccess", () => (this.#idle = upload.offline));
  }

  // Mux makes a video as soon as it has every byte. So the last piece leaves only while the file, all of which is read
  // by then, is still the one that was picked: what Mux has is never half of each.
  async #unchanged(element) {
    if (!(await hasChanged(this.#file))) return {};
    element.upload.pause();
    element.dispatchEvent(new CustomEvent("uploaderror", { detail: { message: GONE } }));
    throw new Failed(GONE);
  }

  #end(element) {
    return new Promise((resolve, reject) => {
      const ends = new AbortController();
      const end = (then) => {
        ends.abort();
        then();
      };
      element.addEventListener("success", () => end(() => (element.remove(), resolve([]))), { signal: ends.signal });
      element.addEventListener("uploaderror", ({ detail }) => {
        this.#failed = true;
        end(() => reject(new Failed(detail?.message ?? "", detail?.response?.statusCode ?? 0)));
      }, { signal: ends.signal });
    });
  }

  // What was held back or let go between two pieces is stopped once the next one has a request.
  #attempt(upload) {
    this.#idle = false;
    if (this.#gate.isClosed || this.#ended) queueMicrotask(() => this.#stop(upload));
  }

  // Back on the network it sends the next piece, even where one is still on its way or waits for its next attempt: two
  // would go at once, one of them to the other's place.
  #online(upload) {
    if (upload.paused || upload.pendingChunk || this.#idle) return;
    upload.pause();
    queueMicrotask(() => (upload._paused = false)); // `resume` would send as well
  }

  #stop(upload) {
    upload.abort(); // else the piece under way would be sent to its end
    this.#hold(upload);
  }

  // The piece that did not arrive is put first again; what Mux has is not sent twice.
  #hold(upload) {
    upload.attemptCount = 0;
    upload.pendingChunk = this.#file.slice(upload.nextChunkRangeStart, upload.nextChunkRangeStart + upload.chunkByteSize);
  }

  #again() {
    const { upload } = this.#element;
    const sent = this.#end(this.#element);
    if (this.#failed) {
      this.#failed = false;
      upload.pause();
      this.#hold(upload);
    }
    upload.resume();
    return sent;
  }
}
