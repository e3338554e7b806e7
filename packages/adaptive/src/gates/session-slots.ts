/** Gives each open session a place in arrays, by its key. Places are used again, in the order in which they were released. */
export class SessionSlots {
  readonly #slots = new Map<number, number>();
  readonly #free: number[] = [];
  #size = 0;

  /** Number of places given so far. */
  get size(): number {
    return this.#size;
  }

  /** The place of a session, which begins if it has none. */
  of(session: number): number {
    let slot = this.#slots.get(session);
    if (slot !== undefined) return slot;
    slot = this.#free.shift() ?? this.#size++;
    this.#slots.set(session, slot);
    return slot;
  }

  /** Releases the place of a session that ended. @returns the place; undefined for a session that has none. */
  release(session: number): number | undefined {
    const slot = this.#slots.get(session);
    if (slot === undefined) return undefined;
    this.#slots.delete(session);
    this.#free.push(slot);
    return slot;
  }

  /** `[size]`: the key of the session in each place, -1 for none; then the free places in their order. */
  state(): { readonly keys: Float64Array; readonly free: Int32Array } {
    const keys = new Float64Array(this.#size).fill(-1);
    for (const [key, slot] of this.#slots) keys[slot] = key;
    return { keys, free: Int32Array.from(this.#free) };
  }

  /** Restores a state. */
  restore({ keys, free }: { readonly keys: Float64Array; readonly free: Int32Array }): void {
    this.#slots.clear();
    this.#size = keys.length;
    keys.forEach((key, slot) => {
      if (key >= 0) this.#slots.set(key, slot);
    });
    this.#free.splice(0, this.#free.length, ...free);
  }
}
