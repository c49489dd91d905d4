// What the browser can tell of a file before anybody is asked. Advice to the person: Lectern looks again itself.

export const HEAD_BYTES = 4096;

const DANGEROUS = [
  [[0x4d, 0x5a], "a program"],
  [[0x7f, 0x45, 0x4c, 0x46], "a program"],
  [[0x23, 0x21], "a script"],
  [[0x50, 0x4b, 0x03, 0x04], "an archive or an office document"],
  [[0x1f, 0x8b], "an archive"],
  [[0x52, 0x61, 0x72, 0x21], "an archive"],
  [[0x37, 0x7a, 0xbc, 0xaf], "an archive"],
];
const MARKUP = /^\s*<(!doctype|html|svg|script|\?xml)/i;

// { head: base64 of the first bytes, problem: a sentence or "" }
export async function look(file, { most_bytes: most, most_words: mostWords }) {
  if (!file.size) return { head: "", problem: "This file is empty. Choose another one." };
  if (most && file.size > most) {
    return { head: "", problem: `This file is larger than ${mostWords}, the most that may be uploaded. Make it smaller first.` };
  }
  const bytes = await firstBytes(file);
  if (!bytes) return { head: "", problem: GONE };
  const [, what] = DANGEROUS.find(([signature]) => signature.every((byte, i) => bytes[i] === byte)) ?? [];
  if (what) return { head: "", problem: `This is ${what}, whatever its name says. Choose a video, a sound, a PDF, a picture or captions.` };
  if (MARKUP.test(new TextDecoder().decode(bytes.slice(0, 256)))) {
    return { head: "", problem: "This is a web page or a drawing that can run scripts. Choose a video, a sound, a PDF, a picture or captions." };
  }
  return { head: base64(bytes), problem: "" };
}

export const GONE = "The file was changed or moved on this computer in the meantime. Choose it again.";

// Whether the bytes that were picked can still be read: a browser refuses once the file has changed on disk.
export async function isThere(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

// Whether other bytes are there now than those that were picked; what was only moved away is still what was read.
export async function hasChanged(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return false;
  } catch (error) {
    return error.name === "NotReadableError";
  }
}

const PATIENCE_MS = 3000;

// In seconds; null where this browser cannot tell.
export function lengthOf(file) {
  if (!file.type.startsWith("video/")) return Promise.resolve(null);
  const probe = document.createElement("video");
  const url = URL.createObjectURL(file);
  return new Promise((resolve) => {
    const end = () => resolve(Number.isFinite(probe.duration) ? probe.duration : null);
    probe.onloadedmetadata = probe.onerror = end;
    setTimeout(end, PATIENCE_MS);
    probe.preload = "metadata";
    probe.src = url;
  }).finally(() => {
    probe.removeAttribute("src");
    URL.revokeObjectURL(url);
  });
}

async function firstBytes(file) {
  try {
    return new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  } catch {
    return null;
  }
}

function base64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
