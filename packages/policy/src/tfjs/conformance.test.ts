import { createRandom } from '@ialp/core';
import { describe, test } from 'vitest';
import { networkChecks } from '../conformance/network-checks.js';
import { BACKENDS_TO_TEST, quietly } from '../test-support/tensorflow.js';
import { attentionModel } from './architectures/attention.js';
import { gruModel } from './architectures/gru.js';
import { meanModel } from './architectures/mean.js';
import { createTensorFlowNetwork } from './tensorflow-network.js';

const MODELS = {
  mean: meanModel({ embedding: 4, hidden: 8, heads: ['actor', 'value', 'q'] }),
  gru: gruModel({ embedding: 4, hidden: 8 }),
  attention: attentionModel({ embedding: 4, hidden: 8, blocks: 2 }),
};

for (const backend of BACKENDS_TO_TEST) {
  const tensorFlow = await quietly(backend);
  // One model shows whether a backend keeps the rules, and the CPU's is slow; what each model says is compared elsewhere.
  const models = Object.entries(MODELS).slice(0, backend === 'cpu' ? 1 : undefined);
  describe.each(models)(`${backend}: %s`, (_, model) => {
    const make = (seed: number) =>
      createTensorFlowNetwork({ tensorFlow, items: 9, historyLength: 4, model, random: createRandom(seed) });
    for (const { name, run } of networkChecks(make)) test(name, run);
  });
}
