import { test } from 'vitest';
import { soak } from '../test-support/faults.js';

test(
  'a soak of 20,000 over all faults at once: every question is accounted for, none is answered twice',
  () => soak(20_000),
  900_000,
);
