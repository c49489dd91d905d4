// What stands below the picture: where it goes on, and what went wrong.

import { listOf } from "./chapters.js";
import { clock, h } from "./dom.js";
import { extras } from "./screen.js";

export function resumed(at, restart) {
  const start = h("button", { type: "button", onclick: () => (restart(), note.remove()) }, "From the start");
  const note = h("p", { class: "note" }, `Goes on at ${clock(at)}, where you stopped. `, start);
  return note;
}

export function trouble(sentence, quote, again) {
  return h("div", { class: "trouble", role: "alert" },
    h("p", {}, sentence),
    quote ? h("p", { class: "quote" }, `Quote ${quote} if you ask for help.`) : null,
    again ? h("button", { type: "button", onclick: again }, "Try again") : null);
}

// For the gallery: a player in a state, with nothing behind it.
export function exhibit(slot, { state, sentence, quote, resume_at_s: at, chapters = [] }) {
  const media = state === "playing" ? h("video", { controls: true, title: "No film" }) : null;
  const below = sentence ? trouble(sentence, quote, state === "refused" ? null : () => {}) : null;
  if (state === "renewing") below.querySelector("button").disabled = true;
  const frame = h("div", { class: "frame", "data-state": state }, media);
  const parts = [
    frame, media && extras(media, { provider: "s3" }), at ? resumed(at, () => {}) : null, chapters.length ? listOf(chapters) : null, below,
  ];
  slot.replaceChildren(...parts.filter(Boolean));
}
