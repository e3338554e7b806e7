/** The progress of a download. */
export interface DownloadProgress {
  /** Bytes downloaded so far, including those of an earlier call. */
  readonly received: number;
  /** Size of the file in bytes. Absent if the server does not report it. */
  readonly total?: number;
  /** Mean rate since the current response began. */
  readonly bytesPerSecond: number;
}

/** Turns received bytes into progress reports. */
export interface ProgressMeter {
  /** A response begins. @param offset bytes downloaded before. */
  begin(offset: number, total: number | undefined): void;
  add(bytes: number): void;
  /** The response has ended: reports the progress. */
  end(): void;
}

/** Milliseconds between reports. A report for every chunk would be thousands per second. */
const BETWEEN_REPORTS = 100;

/** Creates a meter that reports at most ten times per second, and at the end. */
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
