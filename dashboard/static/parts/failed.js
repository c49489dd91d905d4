// Why bytes did not arrive. `status` is the answer's, 0 where there was none.

export class Failed extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}
