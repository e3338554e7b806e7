/** The parts of `--large`, each in a process of its own, so that its memory is its own. */
import { fileURLToPath } from 'node:url';
import { Child } from './child-process.mjs';

async function answerOf(script, ...args) {
  const child = new Child(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args.map(String)]);
  try {
    return await child.answer();
  } catch (error) {
    return { error: error.message };
  } finally {
    child.end();
  }
}

/** Times updates and decisions on each catalogue with every build and number of threads, and compares what is learned on one. */
export async function measureLarge({ items, threads, quick }, progress) {
  const updates = [];
  const decisions = [];
  const counts = threads.length > 0 ? threads : [1, 2];
  for (const count of items) {
    for (const kernels of ['portable', 'native']) {
      for (const shared of counts) {
        progress(`${count} items, ${kernels}, threads: ${shared} ...`);
        const measured = await answerOf('large.mjs', count, count >= 1_000_000 ? 3 : 6, kernels, shared);
        updates.push({ items: count, kernels, threads: shared, ...measured });
        const decided = await answerOf('large-decisions.mjs', count, kernels, shared, quick ? 1 : 5);
        decisions.push({ items: count, kernels, threads: shared, ...decided });
      }
    }
  }
  progress('what is learned ...');
  const learned = await answerOf('large.mjs', 'learn', quick ? 1000 : 10_000, quick ? 16_000 : 64_000);
  return { updates, decisions, learned };
}
