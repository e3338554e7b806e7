interface Call<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * Lets concurrent calls with the same key share one run. An aborted caller leaves; the run is aborted when its last caller has left. The
 * result, or the error, goes to the waiting callers and is not cached.
 */
export class SharedCalls<T> {
  readonly #calls = new Map<string, Call<T>>();

  /**
   * @param start starts the run if none is in flight.
   * @returns the result, and whether another call had started the run.
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
        // Finished or abandoned: a later call starts a new run.
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
    // All callers may have left before it fails.
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
