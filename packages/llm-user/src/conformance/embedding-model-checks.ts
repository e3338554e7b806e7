import { type AsyncConformanceCheck, checkRule } from '@ialp/core/testing';
import type { EmbeddingModel } from '../embedding-model.js';
import { assertRejects, check, specificationCheck } from './conformance-check.js';

const TEXTS = [
  'A comedy about a wedding',
  'Life in the deep sea',
  'A wedding goes wrong',
  'é',
  'A comedy about a wedding',
];
/** Beside other texts a text's vector is the same to within rounding, relative to its length. */
const ROUNDING = 1e-3;

/** The rules of `EmbeddingModel`, one check each, for any test runner. */
export function embeddingModelChecks(make: () => EmbeddingModel | Promise<EmbeddingModel>): AsyncConformanceCheck[] {
  return [
    specificationCheck(make),
    check('it has a name and a dimension', async () => {
      const { name, dimension } = await make();
      checkRule(typeof name === 'string' && name !== '', `name: expected a name; found ${JSON.stringify(name)}`);
      checkRule(
        Number.isSafeInteger(dimension) && dimension >= 1,
        `dimension: expected at least 1; found ${dimension}`,
      );
    }),
    check('it gives a vector of finite numbers for each text', async () => {
      const model = await make();
      const vectors = await model.embed(TEXTS);
      const expected = TEXTS.length * model.dimension;
      checkRule(vectors.length === expected, `expected ${expected} numbers; found ${vectors.length}`);
      const wrong = vectors.findIndex((value) => !Number.isFinite(value));
      checkRule(wrong === -1, `vectors[${wrong}]: expected a number; found ${vectors[wrong]}`);
    }),
    check('the same texts give the same vectors', async () => {
      const model = await make();
      const [first, second] = [await model.embed(TEXTS), await model.embed(TEXTS)];
      checkRule(
        first.every((value, k) => value === second[k]),
        'two calls with the same texts gave two results',
      );
    }),
    check('a text has the same vector beside any others, in its place', async () => {
      const model = await make();
      const { dimension } = model;
      const all = await model.embed(TEXTS);
      for (const [k, text] of TEXTS.entries()) {
        const alone = await model.embed([text]);
        const beside = all.subarray(k * dimension, (k + 1) * dimension);
        const distance = Math.hypot(...alone.map((value, at) => value - beside[at]));
        checkRule(
          distance <= ROUNDING * Math.hypot(...alone),
          `text ${k}: its vector is another one beside the others`,
        );
      }
    }),
    check('vectors that it reports on the way are those of the result', async () => {
      const model = await make();
      const reported = new Map<number, Float32Array>();
      const all = await model.embed(TEXTS, {
        onVectors: (first, vectors) => {
          checkRule(!reported.has(first), `onVectors: the vector of text ${first} was reported twice`);
          reported.set(first, vectors.slice());
        },
      });
      for (const [first, vectors] of reported) {
        const start = first * model.dimension;
        const isSame = vectors.every((value, k) => value === all[start + k]);
        checkRule(isSame, `onVectors: from text ${first} on, the result has other vectors`);
      }
    }),
    check('no texts give no vectors', async () => {
      const vectors = await (await make()).embed([]);
      checkRule(vectors.length === 0, `expected no numbers; found ${vectors.length}`);
    }),
    check('it tells how far it is, and ends when it is told to', async () => {
      const model = await make();
      let last: readonly [number, number] | undefined;
      await model.embed(TEXTS, {
        onProgress: (done, total) => {
          last = [done, total];
        },
      });
      const found = JSON.stringify(last);
      checkRule(
        found === JSON.stringify([TEXTS.length, TEXTS.length]),
        `onProgress: expected ${TEXTS.length} of ${TEXTS.length} in the end; found ${found}`,
      );
      const call = (): Promise<unknown> => model.embed(TEXTS, { signal: AbortSignal.abort() });
      await assertRejects(call, 'a call with an aborted signal');
    }),
  ];
}
