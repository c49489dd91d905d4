// Whether a recording that was broken off has anything to play: the head of a file comes before its first picture.

const HEAD_BYTES = 65536;
const CLUSTER = [0x1f, 0x43, 0xb6, 0x75]; // where WebM keeps pictures and sound
const CLUSTER_HEAD_BYTES = 16;

export function isPlayable(file) {
  return file.type.endsWith("/mp4") ? hasMedia(file) : hasCluster(file);
}

// MP4 is a row of boxes, each with its size and name; pictures and sound are in those named `mdat`.
async function hasMedia(file) {
  for (let at = 0; at + 8 < file.size; ) {
    const head = new DataView(await file.slice(at, at + 16).arrayBuffer());
    if (head.getUint32(4) === 0x6d646174) return true;
    const size = head.getUint32(0) === 1 && head.byteLength === 16 ? Number(head.getBigUint64(8)) : head.getUint32(0);
    if (size < 8) return true; // to the end of the file, or no MP4: whoever made it may see for themselves
    at += size;
  }
  return false;
}

async function hasCluster(file) {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const at = bytes.findIndex((_, i) => CLUSTER.every((byte, j) => bytes[i + j] === byte));
  return at < 0 ? file.size > HEAD_BYTES : file.size > at + CLUSTER_HEAD_BYTES;
}
