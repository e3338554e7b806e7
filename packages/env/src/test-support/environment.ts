import type { Environment, ResponseModel } from '@ialp/core';
import { createDistractionRule } from '../rules/distraction.js';
import { createPatienceRule } from '../rules/patience.js';
import type { TerminationRule } from '../rules/termination-rule.js';
import { createSimulator, type SimulatorOptions } from '../simulator/simulator.js';

/** Users who like an item with a probability that falls with its distance to their own index. For tests. */
export function ringResponses(users: number, items: number): ResponseModel {
  return {
    specificationVersion: 'v1',
    users,
    items,
    rewardRange: [0, 1],
    window: 0,
    respond: (session, item, random) => (random.uniform() < 1 / (1 + ((item - session.user) % items) ** 2) ? 1 : 0),
  };
}

/** A small environment in which sessions end in every way. For tests. */
export function makeRing(sessions: number, options: Partial<SimulatorOptions> = {}): Environment {
  const terminationRules: TerminationRule[] = [
    createPatienceRule({ misses: 5 }),
    createDistractionRule({ probability: 0.02 }),
  ];
  return createSimulator({
    name: 'ring',
    responses: ringResponses(5, 9),
    terminationRules,
    sessions,
    historyLength: 4,
    maxTurns: 7,
    ...options,
  });
}
