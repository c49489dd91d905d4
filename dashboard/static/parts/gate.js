// A person's pause: what is under way waits here until it is lifted.

export class Gate {
  #lift = null;
  #lifted = null;

  get isClosed() {
    return Boolean(this.#lifted);
  }

  close() {
    this.#lifted ??= new Promise((lift) => (this.#lift = lift));
  }

  open() {
    this.#lift?.();
    this.#lift = this.#lifted = null;
  }

  async passed() {
    while (this.#lifted) await this.#lifted;
  }
}
