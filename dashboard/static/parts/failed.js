// Why bytes did not arrive. `status` is the answer's, 0 where there was none.
//
// Beside it may stand: `said`, in Python's words; `over`, the upload has ended; `final`, no other try of this file
// would help; `unloaded`, what sends to Mux is not there.

export class Failed extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}
