// One player for both: streams from Mux, files and streams from S3.

import { chapterList, listOf } from "./chapters.js";
import { clock, h } from "./dom.js";
import { listen } from "./keys.js";
import { Outbox } from "./outbox.js";
import { extras, screenOf } from "./screen.js";
import { join } from "./together.js";
import { endOf } from "./telling.js";
import { Watching } from "./watching.js";

const outboxes = new Map();
const mounted = new WeakMap();

export function draw({ data, parentElement, setTriggerValue }) {
  const slot = parentElement.querySelector(".slot");
  if (data.shown) return exhibit(slot, data.shown);
  if (!outboxes.has(data.player)) outboxes.set(data.player, new Outbox());
  const outbox = outboxes.get(data.player);
  outbox.connect((value) => setTriggerValue("outbox", value));
  let player = mounted.get(slot);
  if (player?.view !== data.view) {
    player?.end();
    player = new Player(slot, data, outbox);
    mounted.set(slot, player);
    player.whenSeen();
  }
  player.seek(data.seek);
  outbox.heard(data.inbox);
}

export function leave(parentElement, data) {
  const slot = parentElement.querySelector(".slot");
  mounted.get(slot)?.end();
  mounted.delete(slot);
  // After what the end has to say.
  queueMicrotask(() => outboxes.get(data.player)?.connect(null));
}

class Player {
  #slot;
  #data;
  #outbox;
  #media = null;
  #watching = null;
  #part = () => {};
  #sought = null;
  #frame = h("div", { class: "frame" });
  #unseen = null;

  constructor(slot, data, outbox) {
    [this.#slot, this.#data, this.#outbox] = [slot, data, outbox];
    this.view = data.view;
    slot.replaceChildren(this.#frame);
  }

  // Nothing is loaded for a player that nobody has scrolled to.
  whenSeen() {
    this.#unseen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      this.#unseen.disconnect();
      this.#load();
    });
    this.#unseen.observe(this.#frame);
  }

  // Each command has an id, so that a page drawn again does not jump again.
  seek(command) {
    if (!command || command.id === this.#sought || !this.#media) return;
    this.#sought = command.id;
    this.#media.currentTime = command.at_s;
    this.#media.focus();
  }

  end() {
    this.#unseen?.disconnect();
    this.#watching?.end();
    this.#part();
    this.#media?.pause?.();
    endOf(this.#media);
    this.#frame.replaceChildren();
  }

  async #load() {
    const data = this.#data;
    try {
      this.#media = await screenOf(data);
    } catch (error) {
      console.error(error);
      return this.#fail("module", "The player itself could not be loaded. Run make setup, then load the page again.");
    }
    const media = this.#media;
    media.addEventListener("error", (event) => this.#broken(event.detail ?? media.error));
    listen(media);
    if (data.reports) this.#watching = new Watching(media, (said) => this.#outbox.tell({ type: "progress", lesson: data.lesson, ...said }));
    if (data.group) this.#part = join(data.group, media);
    this.#frame.replaceChildren(media);
    this.#slot.replaceChildren(this.#frame, ...[extras(media, data), this.#resumed(), chapterList(media, data)].filter(Boolean));
    if (data.seek) media.addEventListener("loadedmetadata", () => this.seek(data.seek), { once: true });
  }

  #resumed() {
    const { resume_at_s: at } = this.#data;
    return at ? resumed(at, () => (this.#media.currentTime = 0)) : null;
  }

  #broken(error) {
    if (error && error.fatal === false) return;
    this.#fail(String(error?.muxCode ?? error?.code ?? "unknown"), WORDS[error?.code] ?? WORDS.other, error?.message ?? "");
  }

  // Says what happened, keeps it, and offers to try again with new addresses, from where it stopped.
  async #fail(code, sentence, message = "") {
    const { lesson, provider } = this.#data;
    this.#slot.querySelector(".trouble")?.remove();
    const box = trouble(sentence, "", () => this.#again(box));
    this.#slot.append(box);
    const { quote } = await this.#outbox.ask({ type: "trouble", lesson, provider, code, message: message.slice(0, 300) });
    if (quote) box.append(h("p", { class: "quote" }, `Quote ${quote} if you ask for help.`));
  }

  async #again(box) {
    box.querySelector("button").disabled = true;
    const at = this.#media?.currentTime || this.#data.resume_at_s;
    const renewed = await this.#outbox.ask({ type: "renew", lesson: this.#data.lesson });
    box.remove();
    if (renewed.error) return void this.#slot.append(trouble(renewed.error, ""));
    this.end();
    this.#data = { ...this.#data, ...renewed, resume_at_s: at };
    await this.#load();
  }
}

const WORDS = {
  2: "The video stopped: the network failed or its address has run out. Try again.",
  3: "This browser cannot decode the video. Try again, or try another browser.",
  4: "The video could not be loaded: it is gone, not allowed, or of a form that this browser does not play.",
  other: "The video could not be played. Try again.",
};

function resumed(at, restart) {
  const start = h("button", { type: "button", onclick: () => (restart(), note.remove()) }, "From the start");
  const note = h("p", { class: "note" }, `Goes on at ${clock(at)}, where you stopped. `, start);
  return note;
}

// For the gallery: what stands below the player, with nothing behind it.
function exhibit(slot, { sentence, quote, resume_at_s: at, chapters = [] }) {
  const below = sentence ? trouble(sentence, quote) : null;
  const parts = [h("div", { class: "frame" }), at ? resumed(at, () => {}) : null, chapters.length ? listOf(chapters) : null, below];
  slot.replaceChildren(...parts.filter(Boolean));
}

function trouble(sentence, quote, again) {
  return h("div", { class: "trouble", role: "alert" },
    h("p", {}, sentence),
    quote ? h("p", { class: "quote" }, `Quote ${quote} if you ask for help.`) : null,
    again || quote ? h("button", { type: "button", onclick: again ?? (() => {}) }, "Try again") : null);
}
