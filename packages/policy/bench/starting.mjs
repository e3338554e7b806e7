/** Which engines start, and why others are left out. */
import { counted } from './ratios.mjs';

/** The engines that start, with the names that they give themselves. @param skip `skip(engine, reason)` is told of the others */
export async function whatStarts(engines, skip) {
  const found = [];
  for (const engine of engines) {
    const child = engine.start();
    try {
      const { engine: name } = await child.answer();
      found.push({ ...engine, name });
    } catch (error) {
      skip({ ...engine, name: engine.key }, error.message);
    } finally {
      child.end();
    }
  }
  return found;
}

/** Collects what is left out, each engine and reason once. @returns `skipped` and `skip(engine, reason)` */
export function collectSkipped(progress) {
  const skipped = [];
  const skip = ({ name, threads }, why) => {
    const [engine, reason] = [`${name}, ${counted(threads)}`, why];
    if (skipped.some((known) => known.engine === engine && known.reason === reason)) return;
    skipped.push({ engine, reason });
    progress(`left out: ${engine}: ${reason}`);
  };
  return { skipped, skip };
}
