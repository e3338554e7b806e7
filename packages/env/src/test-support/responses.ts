import type { ResponseModel } from '@ialp/core';

/** Feedback is the item's number; `seen` records what the responses see of a session. For tests. */
export function transparentResponses(items: number, window: number, seen: number[][] = []): ResponseModel {
  return {
    specificationVersion: 'v1',
    users: 2,
    items,
    rewardRange: [0, items - 1],
    window,
    respond(session, item) {
      const last = Math.min(window, session.turn);
      seen.push(Array.from({ length: last }, (_, back) => session.item(back)));
      return item;
    },
  };
}
