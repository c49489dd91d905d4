// The element that plays: Mux's own player for streams, the browser's for a file. Both speak as a media element does.

import { h } from "./dom.js";
import { keepBare, tellOf } from "./telling.js";

const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

export async function screenOf(data) {
  const stream = data.provider !== "s3";
  if (stream) await import(new URL(data.modules.player, document.baseURI).href);
  const media = stream ? muxPlayer(data) : await video(data);
  caption(media, (data.tracks ?? []).filter((track) => track.kind !== "chapters"));
  return media;
}

// In the order in which they are listed, whichever comes first.
async function caption(media, tracks) {
  for (const coming of tracks.map(captionsOf)) {
    const element = await coming;
    if (element) media.append(element);
  }
}

// As text of our own page: else the video too would have to come by CORS, and a bucket without rules would not play.
async function captionsOf({ src, label, language }) {
  try {
    const text = new Blob([webVtt(await textOf(src))], { type: "text/vtt" });
    return h("track", { kind: "captions", src: URL.createObjectURL(text), label, srclang: language });
  } catch (error) {
    console.warn("The captions did not come.", error); // the video plays without them
    return null;
  }
}

// Browsers read no SubRip, which differs in its head and in the point of its times.
function webVtt(text) {
  if (text.startsWith("WEBVTT")) return text;
  const pointed = text.replace(/^.*-->.*$/gm, (times) => times.replaceAll(",", "."));
  return `WEBVTT\n\n${pointed}`;
}

export async function textOf(src) {
  const answer = await fetch(src);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.text();
}

// What sits below the browser's own player, which has no such menu everywhere.
export function extras(media, data) {
  if (data.provider !== "s3") return null;
  const speed = h("select", { "aria-label": "Speed", onchange: () => (media.playbackRate = Number(speed.value)) },
    ...RATES.map((rate) => h("option", { value: rate, selected: rate === 1 }, `${rate} ×`)));
  media.addEventListener("ratechange", () => (speed.value = String(media.playbackRate)));
  const floating = document.pictureInPictureEnabled
    ? h("button", { type: "button", onclick: () => float(media) }, "Picture in picture")
    : null;
  return h("div", { class: "extras" }, h("label", {}, "Speed ", speed), floating);
}

export async function float(media) {
  if (document.pictureInPictureElement) await document.exitPictureInPicture();
  else await media.requestPictureInPicture?.();
}

function muxPlayer(data) {
  const { metadata = {} } = data;
  const player = h("mux-player", {
    src: data.src, poster: data.poster, "storyboard-src": data.storyboard,
    title: data.title, "video-title": data.title, "stream-type": "on-demand", preload: "metadata", playsinline: true,
    playbackrates: RATES.join(" "), crossorigin: true, "disable-cookies": true, "disable-tracking": !data.tells,
    "env-key": data.env_key || null, "start-time": data.resume_at_s || null,
    "metadata-video-id": metadata.video_id, "metadata-video-title": metadata.video_title,
    "metadata-video-series": metadata.video_series, "metadata-viewer-user-id": metadata.viewer_user_id,
    muted: data.muted,
  });
  keepBare(player);
  return player;
}

async function video(data) {
  const media = h("video", {
    poster: data.poster, controls: true, playsinline: true, preload: "metadata", title: data.title,
  });
  media.muted = Boolean(data.muted);
  if (data.resume_at_s) media.addEventListener("loadedmetadata", () => (media.currentTime = data.resume_at_s), { once: true });
  await tellOf(media, data);
  media.src = data.src; // last, so that whoever waits for the element hears all that becomes of it
  return media;
}
