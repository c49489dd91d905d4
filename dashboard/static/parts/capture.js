// Camera, microphone and screen of this computer, as one stream, and the form in which it is recorded.

import { Failed } from "./failed.js";

const FORMS = {
  video: ["video/mp4;codecs=avc1.64003E,mp4a.40.2", "video/mp4;codecs=avc1,mp4a.40.2", "video/mp4", "video/webm;codecs=vp9,opus", "video/webm"],
  audio: ["audio/mp4;codecs=mp4a.40.2", "audio/mp4", "audio/webm;codecs=opus", "audio/webm"],
};

export function formOf(source) {
  const kind = source === "microphone" ? "audio" : "video";
  return FORMS[kind].find((form) => MediaRecorder.isTypeSupported(form)) ?? "";
}

export const isPossible = () => Boolean(navigator.mediaDevices && window.MediaRecorder);

// Raises what the browser raises where it is not allowed or there is none.
export async function streamOf(source) {
  if (source === "microphone") return navigator.mediaDevices.getUserMedia({ audio: true });
  if (source === "camera") return navigator.mediaDevices.getUserMedia({ audio: true, video: { width: { ideal: 1920 }, height: { ideal: 1080 } } });
  const screen = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: true });
  try {
    return await withSound(screen);
  } catch (error) {
    stop(screen);
    throw error;
  }
}

// What a mixed stream was made of: stopping the mixture leaves the microphone on.
const ends = new WeakMap();

export function stop(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
  ends.get(stream)?.();
  ends.delete(stream);
}

export function sentence(error) {
  if (error instanceof Failed) return error.message;
  if (error.name === "NotAllowedError") return "The browser was not allowed to record. Allow it beside the address, then try again.";
  if (error.name === "NotFoundError") return "No camera or microphone was found. Connect one, then try again.";
  if (error.name === "NotReadableError") return "Another program uses the camera or the microphone. Close it there, then try again.";
  return `Recording did not start: ${error.message} Try again, or use another browser.`;
}

// What the screen plays and what the microphone hears in one track: only one is recorded.
async function withSound(screen) {
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
  const streams = [screen, microphone].filter((one) => one?.getAudioTracks().length);
  if (streams.length < 2) return new MediaStream([...screen.getVideoTracks(), ...streams.flatMap((one) => one.getAudioTracks())]);
  const context = new AudioContext();
  const mixed = context.createMediaStreamDestination();
  for (const one of streams) context.createMediaStreamSource(one).connect(mixed);
  const stream = new MediaStream([...screen.getVideoTracks(), ...mixed.stream.getAudioTracks()]);
  ends.set(stream, () => {
    streams.forEach(stop);
    context.close();
  });
  return stream;
}
