/** How far a download is. */
export interface DownloadProgress {
  /** Bytes that are there, those of an earlier call included. */
  readonly received: number;
  /** Bytes of the whole file. Absent where the server does not say. */
  readonly total?: number;
  /** The mean since the present request began to answer. */
  readonly bytesPerSecond: number;
}

/** Turns bytes that come in into reports. */
export interface ProgressMeter {
  /** An answer begins. @param offset Bytes that are there already. */
  begin(offset: number, total: number | undefined): void;
  add(bytes: number): void;
  /** The answer has ended, well or not: reports where it stands. */
  end(): void;
}

/** In milliseconds. A report for every piece that comes would be thousands a second. */
const BETWEEN_REPORTS = 100;

/** A meter that reports at most ten times a second, and at the end. */
export function createMeter(report: (progress: DownloadProgress) => void): ProgressMeter {
  let [started, reported, offset, received] = [0, 0, 0, 0];
  let total: number | undefined;

  function say(now: number): void {
    reported = now;
    const seconds = Math.max(now - started, 1) / 1000;
    report({ received, ...(total !== undefined && { total }), bytesPerSecond: (received - offset) / seconds });
  }

  return {
    begin(bytesThere, wholeFile) {
      [started, reported, offset, received] = [performance.now(), performance.now(), bytesThere, bytesThere];
      total = wholeFile;
    },
    add(bytes) {
      received += bytes;
      const now = performance.now();
      if (now - reported >= BETWEEN_REPORTS) say(now);
    },
    end() {
      say(performance.now());
    },
  };
}
