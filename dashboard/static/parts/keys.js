// Keys for the browser's own player, the same as Mux's player has.

import { float } from "./screen.js";

const JUMP_S = 10;
const RATE_STEP = 0.25;

const move = (media, by) => (media.currentTime = Math.min(Math.max(0, media.currentTime + by), media.duration || 0));
const rate = (media, by) => (media.playbackRate = Math.min(2, Math.max(0.5, media.playbackRate + by)));
const KEYS = {
  " ": (media) => (media.paused ? media.play() : media.pause()),
  k: (media) => (media.paused ? media.play() : media.pause()),
  j: (media) => move(media, -JUMP_S),
  l: (media) => move(media, JUMP_S),
  ArrowLeft: (media) => move(media, -JUMP_S),
  ArrowRight: (media) => move(media, JUMP_S),
  m: (media) => (media.muted = !media.muted),
  f: (media) => (document.fullscreenElement ? document.exitFullscreen() : media.requestFullscreen()),
  c: (media) => captions(media),
  i: (media) => float(media),
  ">": (media) => rate(media, RATE_STEP),
  "<": (media) => rate(media, -RATE_STEP),
};

export function listen(media) {
  if (media.localName !== "video") return; // Mux's player listens itself
  media.tabIndex = 0;
  media.addEventListener("keydown", (event) => {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(media);
  });
}

function captions(media) {
  const tracks = [...media.textTracks].filter(({ kind }) => kind !== "chapters");
  const shown = tracks.some((track) => track.mode === "showing");
  tracks.forEach((track, i) => (track.mode = !shown && i === 0 ? "showing" : "hidden"));
}
