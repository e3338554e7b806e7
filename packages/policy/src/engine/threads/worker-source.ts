/** States of a worker. */
export const DONE = 0;
export const GO = 1;
export const STOP = 2;
export const FAILED = 3;

/** Capacity of a command list, in numbers. */
export const COMMANDS = 1 << 18;

/**
 * Source of a worker: it waits for a list of commands (kernel index, number of arguments, arguments; terminated by -1), executes them,
 * reports that it has finished, and waits for the next list. It is text, so that bundlers and the runtime need no second file.
 */
export const WORKER_SOURCE = `
const { module, memory, names, state, commands } = require('node:worker_threads').workerData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
const kernels = names.map((name) => exports[name]);
for (;;) {
  for (let look = 0; look < 20000 && Atomics.load(state, 0) === ${DONE}; look++);
  let asked = Atomics.load(state, 0);
  while (asked !== ${GO} && asked !== ${STOP}) {
    Atomics.wait(state, 0, asked);
    asked = Atomics.load(state, 0);
  }
  if (asked === ${STOP}) break;
  let outcome = ${DONE};
  try {
    for (let at = 0; at < commands.length && commands[at] >= 0; ) {
      const first = at + 2, last = first + commands[at + 1];
      kernels[commands[at]](...commands.subarray(first, last));
      at = last;
    }
  } catch {
    outcome = ${FAILED};
  }
  Atomics.store(state, 0, outcome);
  Atomics.notify(state, 0);
}
`;
