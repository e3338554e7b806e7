/** The parts of `--large`, each in a process of its own, so that its memory is its own. */
import { fileURLToPath } from 'node:url';
import { Child } from './child-process.mjs';

const SCRIPT = fileURLToPath(new URL('large.mjs', import.meta.url));

async function answerOf(...args) {
  const child = new Child(process.execPath, [SCRIPT, ...args.map(String)]);
  try {
    return await child.answer();
  } catch (error) {
    return { error: error.message };
  } finally {
    child.end();
  }
}

/** Times updates on each catalogue with every build and number of threads, and compares what is learned on one. */
export async function measureLarge({ items, threads, quick }, progress) {
  const updates = [];
  const counts = threads.length > 0 ? threads : [1, 2];
  for (const count of items) {
    for (const kernels of ['portable', 'native']) {
      for (const shared of counts) {
        progress(`${count} items, ${kernels}, threads: ${shared} ...`);
        const measured = await answerOf(count, count >= 1_000_000 ? 3 : 6, kernels, shared);
        updates.push({ items: count, kernels, threads: shared, ...measured });
      }
    }
  }
  progress('what is learned ...');
  return { updates, learned: await answerOf('learn', quick ? 1000 : 10_000, quick ? 16_000 : 64_000) };
}
