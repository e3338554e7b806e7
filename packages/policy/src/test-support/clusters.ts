/** Catalogues whose best policy is known, for the tests of learners. */
import type { Environment } from '@ialp/core';
import { createFirstAcceptableChoice, createSimulator } from '@ialp/env';

const CLUSTERS = 20;

/** Items belong to clusters, item `i` to cluster `i % 20`; a user likes one of the first two, and which one is seen in the feedback alone. */
export function clusters(items: number, slateSize = 1): Environment {
  return createSimulator({
    name: 'clusters',
    responses: {
      ...{ specificationVersion: 'v1', users: CLUSTERS, items, rewardRange: [0, 1], window: 0 },
      respond: (session, item) => (item % CLUSTERS === session.user % 2 ? 1 : 0),
    },
    ...{
      sessions: 32,
      historyLength: 3,
      maxTurns: 8,
      ...(slateSize > 1 && { slate: { size: slateSize, choice: createFirstAcceptableChoice() } }),
    },
  });
}
