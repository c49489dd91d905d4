// Players that go in step: what is done to one happens to the others.

const APART_S = 0.3;
const groups = new Map();

export function join(name, media) {
  if (!groups.has(name)) groups.set(name, new Set());
  const group = groups.get(name);
  group.add(media);
  const others = () => [...group].filter((one) => one !== media);
  const stop = new AbortController();
  const on = (event, then) => media.addEventListener(event, then, { signal: stop.signal });
  on("play", () => others().forEach((one) => one.paused && one.play()?.catch(() => {})));
  on("pause", () => !media.ended && others().forEach((one) => !one.paused && one.pause()));
  on("seeked", () => others().forEach((one) => follow(one, media)));
  on("ratechange", () => others().forEach((one) => one.playbackRate !== media.playbackRate && (one.playbackRate = media.playbackRate)));
  on("timeupdate", () => media === [...group][0] && !media.seeking && others().forEach((one) => !one.seeking && follow(one, media)));
  return () => {
    stop.abort();
    group.delete(media);
  };
}

function follow(one, media) {
  if (Math.abs(one.currentTime - media.currentTime) > APART_S) one.currentTime = media.currentTime;
}
