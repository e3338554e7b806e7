/** Vowpal Wabbit on the same items, in Python, whose interpreter `PYTHON` names. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { makeItems } from './catalogue.mjs';
import { load } from './machine.mjs';

const PEER = fileURLToPath(new URL('vw_peer.py', import.meta.url));

/** @returns times of decisions and updates, or `left` if it could not be measured: why */
export async function measureVw({ items, seconds }) {
  const python = process.env.PYTHON ?? 'python3';
  const loadBefore = load();
  const child = spawn(python, [PEER, String(seconds)]);
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(makeItems(items)));
  try {
    const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    if (code !== 0) return { items, left: errors.trim().split('\n').at(-1) || `it ended with exit code ${code}` };
    return { items, load: [loadBefore, load()], ...JSON.parse(out) };
  } catch (error) {
    return { items, left: error.code === 'ENOENT' ? `${python} is not installed` : error.message };
  }
}
