import { NetworkStateError } from '../../errors.js';
import type { Arena } from '../arena.js';
import { type Build, type Kernels, type LoadedKernels, loadKernels } from '../kernels.js';
import { type StartedWorker, workerStarter } from './start-worker.js';
import { COMMANDS, DONE, FAILED, GO, PAGES, STARTING, STATE, STOP } from './worker-source.js';

/** A page of a WebAssembly memory, in bytes. */
const PAGE = 65536;

/** A thread's part of a job. It only calls kernels, and does not read their results. */
export type Task = (kernels: Kernels, share: Share) => void;

/** The share of one thread in a job, which is divided in the same way for every run. */
export class Share {
  readonly thread: number;
  readonly threads: number;

  constructor(thread: number, threads: number) {
    this.thread = thread;
    this.threads = threads;
  }

  /** Whether piece `index` of several equal pieces belongs to this thread. */
  takes(index: number): boolean {
    return index % this.threads === this.thread;
  }

  /** This thread's range `[first, last)` of `count`, divided at multiples of `unit`. */
  range(count: number, unit: number): [first: number, last: number] {
    const units = Math.ceil(count / unit);
    const cut = (thread: number): number => Math.min(count, Math.floor((units * thread) / this.threads) * unit);
    return [cut(this.thread), cut(this.thread + 1)];
  }
}

interface Member {
  readonly share: Share;
  readonly worker: StartedWorker;
  readonly state: Int32Array;
  readonly commands: Float64Array;
  readonly recorder: Kernels;
  /** Numbers in `commands`. */
  length: number;
  /** Whether it has not begun: this thread then does its share. */
  isAbsent: boolean;
}

/**
 * Threads that share one memory. A job is a function that is called once for every thread, with that thread's share of the work. For
 * the calling thread it runs the kernels; for the others it records the kernel calls, which they execute in parallel. `run` returns
 * when all threads have finished. The share of a thread that has not begun is done by the calling one.
 *
 * The division of work determines which thread does it, but never the order of sums: results are the same for any number of threads.
 */
export class ThreadPool {
  readonly threads: number;
  readonly #own: Share;
  readonly #kernels: Kernels;
  readonly #members: Member[];

  /**
   * @throws {InvalidOptionError} for more than one thread if threads are not available.
   * @throws {NativeKernelsError} if the build is `native` and not available.
   */
  constructor(arena: Arena, build: Build, threads: number) {
    const loaded = loadKernels(build, arena, threads > 1);
    this.threads = threads;
    this.#own = new Share(0, threads);
    this.#kernels = loaded.kernels;
    this.#members = threads === 1 ? [] : startMembers(loaded, arena.memory, threads);
    if (threads > 1) arena.watch(({ length }) => this.#setPages(length / PAGE));
  }

  /** Runs one job. */
  run(task: Task): void {
    for (const member of this.#members) {
      member.length = 0;
      // Another thread may set its state: it is looked at once.
      member.isAbsent = Atomics.load(member.state, STATE) === STARTING;
      if (member.isAbsent) continue;
      task(member.recorder, member.share);
      if (member.length > 0) dispatch(member);
    }
    try {
      task(this.#kernels, this.#own);
      for (const { isAbsent, share } of this.#members) if (isAbsent) task(this.#kernels, share);
    } finally {
      // Even after an error, no thread is working when this returns.
      for (const member of this.#members) settle(member);
    }
    for (const member of this.#members) checkSound(member);
  }

  /** Kernels for work that is too small to share. */
  get kernels(): Kernels {
    return this.#kernels;
  }

  #setPages(pages: number): void {
    for (const { state } of this.#members) Atomics.store(state, PAGES, pages);
  }

  /** Ends the threads. */
  dispose(): void {
    for (const { state, worker } of this.#members.splice(0)) {
      Atomics.store(state, STATE, STOP);
      Atomics.notify(state, STATE);
      worker.terminate();
    }
  }
}

function startMembers({ names, source }: LoadedKernels, memory: WebAssembly.Memory, threads: number): Member[] {
  const { beginsAtOnce, start } = workerStarter(threads);
  return Array.from({ length: threads - 1 }, (_, index): Member => {
    const state = new Int32Array(new SharedArrayBuffer(8));
    const commands = new Float64Array(new SharedArrayBuffer(8 * COMMANDS));
    if (!beginsAtOnce) Atomics.store(state, STATE, STARTING);
    const worker = start({ source, memory, names, state, commands });
    const member = { share: new Share(index + 1, threads), worker, state, commands, length: 0, isAbsent: false };
    const recorder = recorderOf(names, (kernel, args) => record(member as unknown as Member, kernel, args));
    return Object.assign(member, { recorder });
  });
}

/** Kernels that record their calls instead of running. */
function recorderOf(names: readonly string[], note: (kernel: number, args: readonly number[]) => void): Kernels {
  const entries = names.map((name, kernel) => [name, (...args: number[]) => note(kernel, args)]);
  return Object.fromEntries(entries) as Kernels;
}

function record(member: Member, kernel: number, args: readonly number[]): void {
  const { commands } = member;
  if (member.length + args.length + 2 > commands.length) {
    // Tasks do not read each other's results, so that a worker can start before the list is complete.
    dispatch(member);
    settle(member);
    checkSound(member);
    member.length = 0;
  }
  let at = member.length;
  commands[at++] = kernel;
  commands[at++] = args.length;
  for (const value of args) commands[at++] = value;
  member.length = at;
}

function dispatch({ state, commands, length }: Member): void {
  if (length < commands.length) commands[length] = -1;
  Atomics.store(state, STATE, GO);
  Atomics.notify(state, STATE);
}

/** Iterations of busy waiting before sleeping: most shares take equally long. */
const SPINS = 20_000;

/** Waits until a worker has finished. */
function settle({ state }: Member): void {
  for (let look = 0; look < SPINS && Atomics.load(state, STATE) === GO; look++);
  while (Atomics.load(state, STATE) === GO) if (maySleep(state)) Atomics.wait(state, STATE, GO);
}

let sleeps: boolean | undefined;

/** Whether this thread may wait for another one without being busy: that of a page may not. */
function maySleep(state: Int32Array): boolean {
  if (sleeps === undefined) {
    try {
      // It does not wait, since the state is another one.
      Atomics.wait(state, STATE, -1);
      sleeps = true;
    } catch {
      sleeps = false;
    }
  }
  return sleeps;
}

function checkSound({ state }: Member): void {
  if (Atomics.load(state, STATE) !== FAILED) return;
  Atomics.store(state, STATE, DONE);
  throw new NetworkStateError('A worker thread failed while it computed; the network cannot be trusted any more.');
}
