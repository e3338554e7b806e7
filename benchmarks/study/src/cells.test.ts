import { describe, expect, test } from 'vitest';
import { cellsOf, keyOf, runnable } from './cells.js';
import { METHODS } from './methods.js';
import { ABLATIONS, MAIN_METHODS, partsOf } from './parts.js';
import { UNTUNED } from './tuned.js';
import { GRIDS, PRETRAININGS } from './tuning.js';

const OPTIONS = { interactions: 640, kernels: 'portable', audience: 'results', modules: {} } as const;
const parts = partsOf({
  environments: ['coat', 'lastfm'],
  methods: MAIN_METHODS,
  ablations: Object.keys(ABLATIONS),
  seeds: 4,
  ablationSeeds: 2,
});
const cells = parts.flatMap((part) => cellsOf(part, OPTIONS));

test('every method that is named exists', () => {
  for (const { cell } of cells) expect(METHODS).toHaveProperty([cell.method]);
});

test('only what begins with the pre-trained policy waits for it', () => {
  for (const { cell } of cells) expect(cell.pretraining !== undefined).toBe(METHODS[cell.method].isPretrained);
});

test('all methods of a seed have the same interactions and people; kinds of A-iALP_ap the same hyper-parameters', () => {
  for (const { cell } of cells) {
    expect(cell).toMatchObject({ interactions: 640, audience: 'results' });
    if (!cell.method.startsWith('a-ialp-ap')) continue;
    const main = cells.find(
      ({ cell: other }) => other.method === 'a-ialp-ap' && other.environment === cell.environment,
    );
    expect(cell.parameters).toEqual(main?.cell.parameters);
  }
});

test('a kind of A-iALP_ap that begins as it does anyway is not run again', () => {
  const ofMethod = (method: string, coldStart: number) => {
    const tuned = { ...UNTUNED, methods: { 'a-ialp-ap': { coldStart } } };
    const part = {
      name: 'start',
      environments: ['coat'],
      variants: { encoder: {} },
      methods: [method],
      seeds: [1],
    } as const;
    return runnable(cellsOf(part, { ...OPTIONS, tuned })[0].cell);
  };
  for (const [same, other, coldStart] of [
    ['a-ialp-ap, early', 'a-ialp-ap, cold', 0],
    ['a-ialp-ap, cold', 'a-ialp-ap, early', 1],
  ] as const) {
    expect(keyOf(ofMethod(same, coldStart))).toBe(keyOf(ofMethod('a-ialp-ap', coldStart)));
    expect(ofMethod(other, coldStart).method).toBe(other);
  }
});

test('keys tell cells apart, and nothing else', () => {
  const keys = new Set(cells.map(({ cell }) => keyOf(cell)));
  expect(keys.size).toBe(new Set(cells.map(({ cell }) => JSON.stringify(cell))).size);
  expect(keyOf({ a: 1 })).toBe(keyOf({ a: 1 }));
});

test('the state encoder is looked at on one environment', () => {
  expect(parts.find(({ name }) => name === 'state-encoder')?.environments).toEqual(['coat']);
});

describe('tuning', () => {
  test('tries each method as often as any other', () => {
    for (const settings of [...Object.values(GRIDS), PRETRAININGS]) {
      expect(new Set(settings.map((each) => JSON.stringify(each))).size).toBe(6);
    }
  });

  test('leaves out only methods that have nothing to tune, or share what was found', () => {
    const untuned = MAIN_METHODS.filter((method) => !(method in GRIDS));
    expect(untuned).toEqual(['random', 'ialp-frozen']);
  });
});

test('an ablation changes the pre-training in what it is about, and in nothing else', () => {
  const pretrainingsOf = (name: string) =>
    cells.filter(({ part, cell }) => part === name && cell.pretraining).map(({ cell }) => cell.pretraining);
  const [main] = pretrainingsOf('main');
  expect(pretrainingsOf('likes')[0]).toEqual({ ...main, likes: false });
  expect(pretrainingsOf('reward-model')[0]).toEqual({ ...main, rewardModel: false });
  expect(pretrainingsOf('language-model')[0]).toEqual({ ...main, languageModel: 'inverted' });
});
