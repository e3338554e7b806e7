import cliProgress from 'cli-progress';

/** Progress of one task with a known size. */
export interface ProgressBar {
  /** Sets the amount of completed work. */
  readonly set: (done: number) => void;
  /** Adds to the amount of completed work. */
  readonly add: (more: number) => void;
  /** Marks the task as completed. */
  readonly end: () => void;
}

/** Shows progress: bars on a terminal, otherwise lines at the start, at intervals and at the end. */
export interface Progress {
  begin(title: string, total: number, unit: string): ProgressBar;
  say(line: string): void;
}

/** Creates progress output on a stream. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  const say = (line: string): void => void stream.write(`${line}\n`);
  return { say, begin: stream.isTTY ? (...work) => bar(stream, ...work) : (...work) => line(say, ...work) };
}

function bar(stream: NodeJS.WriteStream, title: string, total: number, unit: string): ProgressBar {
  const drawn = new cliProgress.SingleBar({
    stream,
    format: `${title.padEnd(28)} {bar} {percentage}% | {value}/{total} ${unit} | {duration_formatted}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
  });
  drawn.start(total, 0);
  return {
    set: (done) => drawn.update(done),
    add: (more) => drawn.increment(more),
    end() {
      drawn.update(total);
      drawn.stop();
    },
  };
}

/** Minimum time between two lines of a task, without a terminal. */
const LINE_INTERVAL_MS = 30_000;

function line(say: (text: string) => void, title: string, total: number, unit: string): ProgressBar {
  const started = performance.now();
  let last = started;
  let done = 0;
  const sayAtIntervals = (): void => {
    const now = performance.now();
    if (now - last < LINE_INTERVAL_MS) return;
    last = now;
    const left = done === 0 ? '' : `, about ${Math.ceil((((now - started) / done) * (total - done)) / 1000)} s left`;
    say(`${title}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${unit}${left}`);
  };
  say(`${title}: ${total.toLocaleString('en')} ${unit} ...`);
  return {
    set(count) {
      done = count;
      sayAtIntervals();
    },
    add(more) {
      done += more;
      sayAtIntervals();
    },
    end: () => say(`${title}: done in ${((performance.now() - started) / 1000).toFixed(1)} s`),
  };
}
