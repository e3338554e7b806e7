/** The parts of `--large`, each in a process of its own, so that its memory is its own. */
import { answerOf } from './child-process.mjs';

/** Times updates on each catalogue with every build and number of threads, and compares what is learned on one. */
export async function measureLarge({ items, threads, quick }, progress) {
  const updates = [];
  const counts = threads.length > 0 ? threads : [1, 2];
  for (const count of items) {
    for (const kernels of ['portable', 'native']) {
      for (const shared of counts) {
        progress(`${count} items, ${kernels}, threads: ${shared} ...`);
        const measured = await answerOf('large.mjs', count, count >= 1_000_000 ? 3 : 6, kernels, shared);
        updates.push({ items: count, kernels, threads: shared, ...measured });
      }
    }
  }
  progress('what is learned ...');
  return { updates, learned: await answerOf('large.mjs', 'learn', quick ? 1000 : 10_000, quick ? 16_000 : 64_000) };
}
