import { BaseSequencer } from 'vitest/node';

/**
 * The order of the test files: first those that run packed packages and whole commands, of which one may take a minute, and
 * last the packages whose files share a worker. Vitest alone would begin with `benchmarks` and end with `tests`, whose
 * slowest file would then keep one core busy and leave the others idle. The files of a project stay together, so that
 * they can share their worker.
 */
export default class TestOrder extends BaseSequencer {
  async sort(files) {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => placeOf(a) - placeOf(b));
  }
}

function placeOf({ project }) {
  if (project.name === 'tests') return 0;
  return project.config.isolate ? 1 : 2;
}
