// Where one file stands on its way.

export const State = Object.freeze({
  WAITING: "waiting",
  ASKING: "asking",
  UPLOADING: "uploading",
  PAUSED: "paused",
  OFFLINE: "offline",
  PROCESSING: "processing",
  COMPLETE: "complete",
  ERROR: "error",
  CANCELLED: "cancelled",
});
export const UNDER_WAY = new Set([State.ASKING, State.UPLOADING, State.PAUSED, State.OFFLINE, State.PROCESSING]);
