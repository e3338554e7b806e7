import { type ConformanceCheck, checkRule, denseMasks } from '@ialp/core/testing';
import type { Head, Network, States } from '../network.js';
import type { Ranking } from '../policy.js';
import { checkClose, checkThrows } from './comparisons.js';
import type { ConformanceOptions } from './conformance-options.js';
import { type Batch, SETTINGS, syntheticBatch, weightsOf } from './network-batch.js';

const ROWS = 7;
const HEADS: readonly Head[] = ['actor', 'value', 'q'];
/** Tolerance between two ways to score the same item. */
const TOLERANCE = 1e-5;

/** Rules for a network's heads: which it has, rankings, action values. */
export function headChecks(makeNetwork: (seed: number) => Network, options: ConformanceOptions): ConformanceCheck[] {
  const onBatch = (name: string, run: (network: Network, batch: Batch) => void): ConformanceCheck => ({
    name,
    run() {
      const network = makeNetwork(1);
      run(network, syntheticBatch(network, ROWS, options));
    },
  });
  const { heads } = makeNetwork(1);
  return [
    onBatch('it names its heads, evaluates them and refuses the others', (network, { states }) => {
      const own = new Set(network.heads);
      checkRule(
        own.size === network.heads.length &&
          network.heads.length > 0 &&
          network.heads.every((head) => HEADS.includes(head)),
        `heads: expected some of ${HEADS.join(', ')}, each once; found ${network.heads.join(', ') || 'none'}`,
      );
      const calls: Record<Head, () => unknown> = {
        actor: () => network.evaluate(states),
        value: () => network.values(states),
        q: () => network.actionValues(states),
      };
      for (const head of HEADS) {
        if (own.has(head)) calls[head]();
        else checkThrows(calls[head], `what needs the head ${head}`);
      }
    }),
    onBatch('a target of a missing head is refused, and changes nothing', checkMissingHead),
    ...(heads.includes('actor')
      ? [
          onBatch('a ranking by probabilities is correct', (network, { states }) => {
            const evaluation = network.evaluate(states);
            checkRanking(evaluation.top(states.items + 1), states, (items) => evaluation.propensity(items));
          }),
        ]
      : []),
    ...(heads.includes('q')
      ? [
          onBatch('a ranking by action values is correct', (network, { states }) => {
            const values = network.actionValues(states);
            checkRanking(values.top(states.items + 1), states, (items) => values.of(items));
          }),
          onBatch('training moves the action values of the actions towards their targets', checkActionValues),
        ]
      : []),
  ];
}

function checkMissingHead(network: Network, { states, actions, targets }: Batch): void {
  const missing = HEADS.find((head) => !network.heads.includes(head));
  if (missing === undefined) return;
  const before = weightsOf(network);
  const name = { actor: 'policyWeight', value: 'valueTarget', q: 'qTarget' }[missing];
  const train = () => network.trainStep(states, actions, () => ({ [name]: targets.valueTarget }), SETTINGS);
  checkThrows(train, `targets.${name}`);
  checkClose(weightsOf(network), before, 0, 'weights after a refusal');
}

/** Checks a ranking with one place more than items: every allowed item once, best first, then no items. */
function checkRanking(ranking: Ranking, states: States, scoresOf: (items: Int32Array) => Float32Array): void {
  const { rows, items } = states;
  const mask = denseMasks(states);
  const count = items + 1;
  checkRule(
    ranking.items.length === rows * count,
    `a ranking of ${count}: found ${ranking.items.length} items for ${rows} states`,
  );
  for (let place = 0; place < count; place++) {
    const column = Int32Array.from({ length: rows }, (_, row) => ranking.items[row * count + place]);
    const scores = scoresOf(column.map((item) => Math.max(item, 0)));
    for (let row = 0; row < rows; row++) {
      const what = `place ${place} of state ${row}`;
      const allowed = mask.subarray(row * items, (row + 1) * items).reduce((sum, one) => sum + one, 0);
      const [item, score] = [column[row], ranking.scores[row * count + place]];
      if (place >= allowed) {
        checkRule(item === -1 && score === 0, `${what}: expected no item, as ${allowed} are allowed; found ${item}`);
        continue;
      }
      checkRule(item >= 0 && mask[row * items + item] === 1, `${what}: expected an allowed item; found ${item}`);
      checkClose([score], [scores[row]], TOLERANCE, `score at ${what}`);
      const before = place === 0 ? Number.POSITIVE_INFINITY : ranking.scores[row * count + place - 1];
      checkRule(score <= before, `${what}: expected a score of at most ${before}; found ${score}`);
      const earlier = ranking.items.subarray(row * count, row * count + place);
      checkRule(!earlier.includes(item), `${what}: expected each item once; found ${item} again`);
    }
  }
}

function checkActionValues(network: Network, { states, actions, targets }: Batch): void {
  const settings = { ...SETTINGS, entropyWeight: 0, learningRate: 0.01 };
  const qTarget = targets.valueTarget;
  const error = (): number =>
    network
      .actionValues(states)
      .of(actions)
      .reduce((sum, q, row) => sum + (q - qTarget[row]) ** 2 / ROWS, 0);
  const first = error();
  const { qLoss } = network.trainStep(states, actions, () => ({ qTarget }), settings);
  checkClose([qLoss], [first], 1e-4, 'report.qLoss');
  for (let step = 0; step < 60; step++) network.trainStep(states, actions, () => ({ qTarget }), settings);
  const last = error();
  checkRule(last < first, `error of the action values after 61 steps: expected less than ${first}; found ${last}`);
}
