import type { ResponseModel } from '@ialp/core';

/** For tests. Feedback is the item's number; what the responses are shown of a session is kept in `seen`. */
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
