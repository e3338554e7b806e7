/** The engines whose deployments are compared, and how each is started. */
import { fileURLToPath } from 'node:url';
import { Child } from '../child-process.mjs';
import { KEEP_MEMORY, python, threadCounts } from '../engines.mjs';

const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const ours = (kernels) => () => new Child(process.execPath, [file('ours.mjs'), kernels]);
const peer = (script) => () => new Child(python(), [file(script)], KEEP_MEMORY);

const STARTS = {
  'built-in': ours('portable'),
  native: ours('native'),
  pytorch: peer('pytorch_a2c.py'),
  'stable-baselines3': peer('sb3_a2c.py'),
};

/** Names of engines, in the order of the table. */
export const DEPLOYMENT_KEYS = Object.keys(STARTS);

/**
 * Each engine with one thread and with all of this machine's.
 * @param flags `engines`: names of `DEPLOYMENT_KEYS`, all if empty; `threads`: numbers of threads instead
 */
export function listDeploymentEngines({ engines, threads }) {
  return DEPLOYMENT_KEYS.filter((key) => engines.length === 0 || engines.includes(key)).flatMap((key) =>
    threadCounts(threads).map((count) => ({ key, threads: count, start: STARTS[key] })),
  );
}
