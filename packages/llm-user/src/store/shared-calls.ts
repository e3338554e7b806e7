interface Call<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * Lets calls of one key that come at once share one run. Who aborts leaves; the run itself is aborted when nobody waits for
 * it any more. What comes of a run, a failure too, goes to those who wait for it, and to no later call.
 */
export class SharedCalls<T> {
  readonly #calls = new Map<string, Call<T>>();

  /**
   * @param start Begins the run, where none is under way.
   * @returns What the run gave, and whether another call had begun it.
   */
  async run(
    key: string,
    signal: AbortSignal | undefined,
    start: (signal: AbortSignal) => Promise<T>,
  ): Promise<{ readonly value: T; readonly isShared: boolean }> {
    signal?.throwIfAborted();
    const found = this.#calls.get(key);
    const call = found ?? this.#begin(key, start);
    call.waiting++;
    try {
      return {
        value: await (signal === undefined ? call.result : unlessAborted(call.result, signal)),
        isShared: found !== undefined,
      };
    } finally {
      call.waiting--;
      if (call.waiting === 0) {
        // Over, or of no use to anybody: who comes later begins anew.
        if (this.#calls.get(key) === call) this.#calls.delete(key);
        call.controller.abort(signal?.reason);
      }
    }
  }

  #begin(key: string, start: (signal: AbortSignal) => Promise<T>): Call<T> {
    const controller = new AbortController();
    const result = start(controller.signal).finally(() => {
      if (this.#calls.get(key) === call) this.#calls.delete(key);
    });
    // All who wait may leave before it fails.
    result.catch(() => {});
    const call = { result, controller, waiting: 0 };
    this.#calls.set(key, call);
    return call;
  }
}

function unlessAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
