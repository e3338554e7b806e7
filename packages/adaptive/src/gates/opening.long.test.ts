import { expect, test } from 'vitest';
import { type OpeningStart, openingShare, pretrain } from '../test-support/opening.js';

test.each<OpeningStart>(['tempered', 'fresh'])(
  'where users like an eighth of what they did in pre-training, the default gate protects the first day in 24 of 24 seeds: %s',
  (start) => {
    const pretrained = pretrain();
    const shares = Array.from({ length: 24 }, (_, seed) => openingShare(pretrained, start, seed + 1));
    for (const share of shares) expect(share).toBeGreaterThanOrEqual(0.95);
  },
);
