/** Lets work in as long as its weights add up to no more than `capacity`; the rest waits, in order of arrival. */
export class WeightedGate {
  readonly #capacity: number;
  readonly #waiting: { readonly weight: number; readonly enter: () => void }[] = [];
  #inside = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Runs `work` once there is room for it. What weighs more than the capacity runs alone. */
  async run<T>(weight: number, work: () => Promise<T>): Promise<T> {
    const held = Math.min(Math.max(weight, 0), this.#capacity);
    await new Promise<void>((enter) => {
      this.#waiting.push({ weight: held, enter });
      this.#admit();
    });
    try {
      return await work();
    } finally {
      this.#inside -= held;
      this.#admit();
    }
  }

  #admit(): void {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined || this.#inside + next.weight > this.#capacity) return;
      this.#waiting.shift();
      this.#inside += next.weight;
      next.enter();
    }
  }
}
