import { createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { LanguageModelError } from '../errors.js';
import type { PreferenceSource } from '../preference-source.js';
import { createRandomSampler } from './candidate-samplers.js';
import { type CollectOptions, collectPreferences } from './collect-preferences.js';

/** Likes even items; fails at users who met item 3. */
const source: PreferenceSource = {
  specificationVersion: 'v1',
  model: 'even',
  promptVersion: 'v7',
  async ask({ state, candidates }) {
    if (state.items.includes(3)) throw new LanguageModelError('even', 'has no answer', { raw: 'half a {' });
    return { probabilities: candidates.map((item) => (item % 2 === 0 ? 1 : 0)), raw: `about ${candidates}` };
  },
};
const states = [1, 2, 3, 4].map((item) => ({ items: [item], feedback: [1] }));
const options = (): CollectOptions => ({
  states,
  candidates: [
    { sampler: createRandomSampler(10), count: 3 },
    { sampler: () => [0, 5, 9], count: 3 },
  ],
  source,
  random: createRandom(1),
});

/** Answers late ones first: the more items, the sooner. Notes how many were asked at a time. */
function slow() {
  const seen = { running: 0, most: 0 };
  const late: PreferenceSource = {
    ...source,
    async ask(question) {
      seen.most = Math.max(seen.most, ++seen.running);
      await new Promise((resolve) => setTimeout(resolve, 20 / question.state.items[0]));
      seen.running--;
      return source.ask(question);
    },
  };
  return { late, seen };
}

describe('collectPreferences, many questions at a time', () => {
  test('gives the same answers in the same order', async () => {
    const one = await collectPreferences(options());
    const { late, seen } = slow();
    const three = await collectPreferences({ ...options(), source: late, concurrency: 3 });
    expect([three.preferences, three.failures]).toEqual([one.preferences, one.failures]);
    expect(seen.most).toBe(3);
  });

  test('accounts for every question, and tells of each', async () => {
    const told: number[] = [];
    const many = { ...options(), states: Array.from({ length: 50 }, (_, k) => ({ items: [k % 5], feedback: [1] })) };
    const { preferences, failures } = await collectPreferences({
      ...many,
      concurrency: 8,
      onProgress: ({ done }) => told.push(done),
    });
    expect([preferences.length, failures.length]).toEqual([40, 10]);
    expect(told).toEqual(Array.from({ length: 50 }, (_, k) => k + 1));
  });

  test('ends at once when it is aborted, and asks nothing more', async () => {
    const controller = new AbortController();
    let asked = 0;
    const hanging: PreferenceSource = {
      ...source,
      ask: () => {
        if (++asked === 2) controller.abort(new Error('stopped'));
        return new Promise(() => {});
      },
    };
    const asking = collectPreferences({ ...options(), source: hanging, concurrency: 2, signal: controller.signal });
    await expect(asking).rejects.toThrow('stopped');
    expect(asked).toBe(2);
  });

  test('of a failure of another copy of the package makes a failure', async () => {
    const error = Object.assign(new Error('no'), {
      name: 'LanguageModelError',
      [Symbol.for('ialp.llm-user.error')]: true,
      [Symbol.for('ialp.llm-user.error.LanguageModelError')]: true,
    });
    const foreign = { ...source, ask: () => Promise.reject(error) };
    expect((await collectPreferences({ ...options(), source: foreign })).failures).toHaveLength(4);
  });

  test('needs a number of questions', async () => {
    await expect(collectPreferences({ ...options(), concurrency: 0 })).rejects.toThrow(
      /concurrency: expected an integer of at least 1; found 0/,
    );
  });
});

describe('collectPreferences', () => {
  test('keeps every answer with its model, version and raw reply', async () => {
    const { preferences } = await collectPreferences(options());
    expect(preferences.map(({ state }) => state.items[0])).toEqual([1, 2, 4]);
    for (const { candidates, probabilities, model, promptVersion, raw } of preferences) {
      expect(probabilities).toEqual(candidates.map((item) => (item % 2 === 0 ? 1 : 0)));
      expect([model, promptVersion, raw]).toEqual(['even', 'v7', `about ${candidates}`]);
    }
  });

  test('counts what failed, with its reason, and makes no preference of it', async () => {
    const { preferences, failures } = await collectPreferences(options());
    expect(preferences.length + failures.length).toBe(4);
    expect(failures.map(({ state, error }) => [state.items[0], error.raw])).toEqual([[3, 'half a {']]);
  });

  test('puts each candidate once, from all samplers, in a shuffled order', async () => {
    const many = { ...options(), states: Array.from({ length: 200 }, () => ({ items: [1], feedback: [1] })) };
    const { preferences } = await collectPreferences(many);
    const places = new Float64Array(6);
    for (const { candidates } of preferences) {
      expect(new Set(candidates).size).toBe(candidates.length);
      expect(candidates).toEqual(expect.arrayContaining([0, 5, 9]));
      places[candidates.indexOf(5)]++;
    }
    // Wherever the sampler put it, item 5 comes first, second and third about equally often.
    for (const place of [0, 1, 2]) expect(places[place]).toBeGreaterThan(20);
  });

  test('is the same for the same generator; a state’s question does not depend on those before it', async () => {
    const whole = await collectPreferences(options());
    const again = await collectPreferences(options());
    expect(again.preferences).toEqual(whole.preferences);
    const first = await collectPreferences({ ...options(), states: states.slice(0, 1) });
    expect(first.preferences[0]).toEqual(whole.preferences[0]);
  });

  test('reports progress, and stops at once when it is told to', async () => {
    const seen: number[] = [];
    await collectPreferences({ ...options(), onProgress: ({ done }) => void seen.push(done) });
    expect(seen).toEqual([1, 2, 3, 4]);
    const interrupt = new AbortController();
    const call = collectPreferences({ ...options(), signal: interrupt.signal, onProgress: () => interrupt.abort() });
    await expect(call).rejects.toThrow(/abort/i);
  });

  test('an aborted question has not failed, however the source puts it', async () => {
    const interrupt = new AbortController();
    const aborted: PreferenceSource = {
      ...source,
      async ask() {
        interrupt.abort(new Error('enough'));
        throw new LanguageModelError('even', 'the call was ended');
      },
    };
    const last = { ...options(), states: states.slice(0, 1), source: aborted, signal: interrupt.signal };
    await expect(collectPreferences(last)).rejects.toThrow('enough');
  });

  test.each([
    ['an error', new Error('HTTP 503'), /even: Error: HTTP 503/],
    ['a mistake', new TypeError('a bug'), /even: TypeError: a bug/],
    ['no error at all', 'gone', /even: gone/],
  ])('%s of a source of your own is a failed question, with the reason', async (_, thrown, message) => {
    const broken: PreferenceSource = { ...source, ask: () => Promise.reject(thrown) };
    const { failures, summary } = await collectPreferences({ ...options(), source: broken });
    expect(failures).toHaveLength(4);
    for (const { error } of failures) expect(error.message).toMatch(message);
    expect(summary.firstFailure).toMatch(message);
  });

  test.each([
    ['NaN', [Number.NaN], /found NaN/],
    ['texts', ['1'], /found "1"/],
    ['too many', [1, 0], /found 2 numbers/],
    ['nothing', undefined, /found undefined/],
  ])('probabilities of a source of your own that are %s are a failed question', async (_, probabilities, message) => {
    const broken = { ...source, ask: async () => ({ probabilities: probabilities as number[], raw: '' }) };
    const candidates = [{ sampler: () => [0], count: 1 }];
    const { preferences, failures } = await collectPreferences({ ...options(), candidates, source: broken });
    expect([preferences.length, failures.length]).toEqual([0, 4]);
    expect(failures[0].error.message).toMatch(message);
  });

  test('wants states and candidates', async () => {
    await expect(collectPreferences({ ...options(), states: [] })).rejects.toThrow(/states/);
    await expect(collectPreferences({ ...options(), candidates: [] })).rejects.toThrow(/candidates/);
  });
});
