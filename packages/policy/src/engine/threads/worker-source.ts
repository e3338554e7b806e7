/** States of a worker. */
export const DONE = 0;
export const GO = 1;
export const STOP = 2;
export const FAILED = 3;
/** It has not begun. */
export const STARTING = 4;

/** Capacity of a command list, in numbers. */
export const COMMANDS = 1 << 18;

/** Places of a worker's state: what it is to do or has done, and how many pages of 64 KiB the memory has. */
export const STATE = 0;
export const PAGES = 1;

/** How often a worker looks for memory that has grown, a millisecond apart, before it reports that it has failed. */
export const LOOKS = 1000;

/**
 * Source of a worker, after `source`, `memory`, `names`, `state` and `commands`: it waits for a list of commands (kernel index, number of arguments, arguments; terminated by -1), executes them,
 * reports that it has finished, and waits for the next list. It is text, so that bundlers and the runtime need no second file.
 *
 * Before it executes commands, it makes sure that it sees all of the memory: until then kernels that fill memory fail. A thread learns from the
 * engine that another one has let the memory grow. In V8, one that receives the memory at that very moment has the old size and is never told the
 * new one, however long it looks: it has to ask, by growing the memory by 0 pages. Native kernels are told where the memory is.
 */
const BODY = `
let known = 0;
function awaitGrowth() {
  const bytes = 65536 * Atomics.load(state, ${PAGES});
  if (known === bytes) return false;
  for (let look = 0; memory.buffer.byteLength < bytes; look++) {
    if (look === ${LOOKS}) throw new Error('The memory that was announced did not come.');
    // Other engines may need a moment: it sleeps, since threads that are busy hold up the others.
    if (look > 0) Atomics.wait(state, ${STATE}, ${GO}, 1);
    memory.grow(0);
  }
  known = bytes;
  return true;
}
function wasm() {
  const { exports } = new WebAssembly.Instance(source, { env: { memory } });
  const kernels = names.map((name) => exports[name]);
  return () => {
    awaitGrowth();
    for (let at = 0; at < commands.length && commands[at] >= 0; ) {
      const first = at + 2, last = first + commands[at + 1];
      kernels[commands[at]](...commands.subarray(first, last));
      at = last;
    }
  };
}
function native() {
  const kernels = require(source.path).createKernels(source.instructions);
  return () => {
    if (awaitGrowth()) kernels.attach(new Uint8Array(memory.buffer));
    kernels.execute(commands);
  };
}
let execute;
try {
  execute = source instanceof WebAssembly.Module ? wasm() : native();
  Atomics.compareExchange(state, ${STATE}, ${STARTING}, ${DONE});
} catch (error) {
  execute = () => { throw error; };
}
for (;;) {
  for (let look = 0; look < 20000 && Atomics.load(state, ${STATE}) === ${DONE}; look++);
  let asked = Atomics.load(state, ${STATE});
  while (asked !== ${GO} && asked !== ${STOP}) {
    Atomics.wait(state, ${STATE}, asked);
    asked = Atomics.load(state, ${STATE});
  }
  if (asked === ${STOP}) break;
  let outcome = ${DONE};
  try {
    execute();
  } catch {
    outcome = ${FAILED};
  }
  Atomics.store(state, ${STATE}, outcome);
  Atomics.notify(state, ${STATE});
}
`;

/** For a worker of Node, whose data is `workerData`. */
export const NODE_SOURCE = `const { source, memory, names, state, commands } = require('node:worker_threads').workerData;${BODY}`;

/** For a worker of a page, whose data is its only message. */
export const PAGE_SOURCE = `onmessage = ({ data: { source, memory, names, state, commands } }) => {${BODY}};`;
