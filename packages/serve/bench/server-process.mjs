/** The command `ialp-serve` in a process of its own, with the probe. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const PROBE = new URL('server-preload.mjs', import.meta.url).href;
const CONFIG = fileURLToPath(new URL('deployment.mjs', import.meta.url));
/** A start with a large log to learn from takes a while. */
const START_MS = 120_000;

/**
 * @param options `folder` with `items.csv`, to which the state is written; `learner`; `nodeOptions`, such as `--cpu-prof`
 * @returns its `url`; `probe(message)` asks the probe; `kill()` as `kill -9`; `close()` as a supervisor would
 */
export async function startServer({ folder, learner, nodeOptions = [] }) {
  const serve = ['--catalogue', join(folder, 'items.csv'), '--state', join(folder, 'state'), '--port', '0'];
  const child = spawn(process.execPath, ['--import', PROBE, ...nodeOptions, COMMAND, ...serve, '--config', CONFIG], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    cwd: folder,
    env: { ...process.env, IALP_BENCH: JSON.stringify({ learner, learned: join(folder, 'learned.jsonl') }) },
  });
  const errors = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    errors.push(line);
    if (errors.length > 20) errors.shift();
  });
  const ended = once(child, 'exit');
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  ended.then(() => process.off('exit', kill));
  const url = await new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`The server did not start: ${why}. ${errors.join('\n')}`));
    const limit = setTimeout(() => fail(`no address after ${START_MS} ms`), START_MS);
    ended.then(([code]) => fail(`exit code ${code}`));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /listens on (http:\S+)/.exec(line);
      if (found === null) return;
      clearTimeout(limit);
      resolve(found[1].replace('localhost', '127.0.0.1'));
    });
  });
  return {
    ...{ url, errors },
    async probe(message) {
      const answer = once(child, 'message');
      child.send(message);
      return message === 'reset' ? undefined : (await answer)[0];
    },
    async kill() {
      kill();
      await ended;
    },
    async close() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
