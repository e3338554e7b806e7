import { seedsOf, wholeSteps } from './deployments.js';
import { isPretrained } from './methods.js';
import type { Options } from './options.js';
import { SETTINGS } from './settings.js';
import { buildWorld, recognize } from './world.js';

/** What a run would do and cost, in words. It reads the data set, so that a damaged one is found here already. */
export async function planOf(options: Options): Promise<string> {
  const world = await buildWorld(await recognize(options.data, options.seed));
  const seeds = seedsOf(options);
  const interactions = wholeSteps(options.interactions);
  const pretrained = options.methods.some(isPretrained);
  const items = world.catalogue.items.length;
  return [
    `Environment: ${world.name}, ${items} items`,
    pretrained
      ? `Language model: the embedded encoder reads ${items} texts and answers ${SETTINGS.states} questions; no server, no cost`
      : 'Language model: not needed by these methods',
    pretrained
      ? `Pre-training: ${seeds.length} x ${wholeSteps(SETTINGS.pretraining).toLocaleString('en')} interactions with language-model users`
      : 'Pre-training: none',
    `Deployment: ${options.methods.join(', ')}; seeds ${seeds.join(', ')}; ${interactions.toLocaleString('en')} interactions each, ` +
      `${(interactions * seeds.length * options.methods.length).toLocaleString('en')} in all`,
    `Would write: ${options.out}/results.json, ${options.out}/report.html`,
  ].join('\n');
}
