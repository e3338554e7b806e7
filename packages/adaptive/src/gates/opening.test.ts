import type { Network } from '@ialp/policy';
import { beforeAll, expect, test } from 'vitest';
import { type OpeningStart, openingShare, pretrain } from '../test-support/opening.js';

let pretrained: Network;
beforeAll(() => {
  pretrained = pretrain();
});

// With more seeds: opening.long.test.ts.
test.each<[OpeningStart, number]>([
  ['tempered', 1],
  ['tempered', 12],
  ['tempered', 22],
  ['fresh', 1],
])(
  'where users like an eighth of what they did in pre-training, the default gate protects the first day: %s, seed %d',
  (start, seed) => {
    expect(openingShare(pretrained, start, seed)).toBeGreaterThanOrEqual(0.95);
  },
);
