/** Deploys every engine on the same catalogue, in turns, so that other load on the machine affects all of them equally. */
import { median, quantile } from '../statistics.mjs';
import { SETTINGS, UPDATE, WHOLE } from './settings.mjs';

const SEED = 1;
/** Share of the updates, the last ones, whose reward is what was learned. */
const LAST = 0.1;

/** Interactions of a round: the cost of one grows with the items, and more items need more interactions than these to be learned. */
function interactionsOfRound(items) {
  if (items <= 1000) return 10 * WHOLE;
  return (items <= 10_000 ? 5 : 3) * WHOLE;
}

/**
 * @param engines from `whatStarts`
 * @param options `rounds` of each engine; `skip(engine, reason)` is told of what is left out
 * @returns a row for each engine
 */
export async function measureDeployments(engines, items, { rounds, skip }) {
  const running = [];
  const prepared = { items, seed: SEED, settings: SETTINGS };
  const interactions = interactionsOfRound(items);
  try {
    for (const engine of engines) {
      const deployed = { ...engine, child: engine.start(), taken: [], rewards: [] };
      running.push(deployed);
      await unlessFailed(deployed, skip, async (child) => {
        await child.answer();
        await child.ask('prepare', { ...prepared, threads: engine.threads });
      });
    }
    for (let round = 0; round < rounds; round++) {
      for (const engine of running) await unlessFailed(engine, skip, (child) => play(engine, child, interactions));
    }
    return running.filter(({ failed }) => !failed).map((engine) => rowOf(engine, items, interactions));
  } finally {
    for (const { child } of running) child.end();
  }
}

/** Does something with an engine's process, unless it failed earlier. */
async function unlessFailed(engine, skip, act) {
  if (engine.failed) return;
  try {
    await act(engine.child);
  } catch (error) {
    engine.failed = true;
    skip(engine, error.message);
  }
}

/** One round. */
async function play({ taken, rewards }, child, interactions) {
  const answer = await child.ask('play', { interactions });
  taken.push(answer.milliseconds.reduce((sum, each) => sum + each, 0));
  rewards.push(...answer.rewards);
}

function rowOf({ key, name, threads, taken, rewards }, items, interactions) {
  const rate = (milliseconds) => (1000 * interactions) / milliseconds;
  const last = rewards.slice(-Math.ceil(LAST * rewards.length));
  return {
    ...{ items, key, engine: name, threads },
    perSecond: rate(median(taken)),
    /** In the fastest tenth of the rounds. */
    perSecondP10: rate(quantile(taken, 0.1)),
    updateMs: (median(taken) * UPDATE) / interactions,
    reward: last.reduce((sum, each) => sum + each, 0) / last.length,
    interactions: interactions * taken.length,
  };
}
