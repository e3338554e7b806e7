import { InvalidOptionError, isAllowed } from '@ialp/core';
import { checkArray } from '../checks/states.js';
import { notFinite } from '../engine/scoring/block-softmax.js';
import type { Logits, States } from '../network.js';
import type { ActionDistribution } from '../policy.js';
import type { CompleteShortlist } from '../shortlist.js';
import { countOpen, drawOpen, isOpen, withOthers } from './allowed-items.js';
import { ShortlistRow } from './shortlist-row.js';
import { slateDistribution } from './slate-distribution.js';

/**
 * The distribution of a policy that acts by a shortlist (see `Shortlist`). With probability `1 - epsilon` an item is drawn from the softmax over the
 * items of the list that are not in the slate, otherwise uniformly from all allowed items that are not in it; always so once all of the list are in
 * the slate, or if the list is empty.
 * @param logits those of the states, asked for once the candidates are known: a generator may use the same network.
 */
export function shortlistDistribution(
  states: States,
  logits: () => Logits,
  shortlist: CompleteShortlist,
): ActionDistribution {
  const { epsilon } = shortlist;
  const lists =
    'generate' in shortlist
      ? generated(states, logits, shortlist.generate)
      : scanned(states, logits(), shortlist.items);
  return slateDistribution(states, {
    draw(row, taken, random) {
      if (epsilon > 0 && random.uniform() < epsilon) return drawOpen(states, row, taken, random);
      return lists[row].draw(taken, random.uniform()) ?? drawOpen(states, row, taken, random);
    },
    probability(row, taken, item) {
      if (!isOpen(states, row, item, taken)) return 0;
      const own = lists[row].probability(taken, item);
      if (own === undefined) return 1 / countOpen(states, row, taken);
      return epsilon === 0 ? own : (1 - epsilon) * own + epsilon / countOpen(states, row, taken);
    },
    rank: (row, count) => withOthers(Array.from(lists[row].items.subarray(0, count)), states, row, count),
  });
}

/** The lists of a scan of the catalogue. */
function scanned({ rows, items: all }: States, logits: Logits, items: number): ShortlistRow[] {
  const count = Math.min(items, all);
  const ranking = logits.top(count);
  return Array.from({ length: rows }, (_, row) => {
    const listed = ranking.items.subarray(row * count, (row + 1) * count);
    const end = listed.indexOf(-1);
    const found = end === -1 ? count : end;
    return new ShortlistRow(listed.subarray(0, found), ranking.scores.subarray(row * count, row * count + found));
  });
}

/** The lists of a generator of candidates. */
function generated(states: States, logits: () => Logits, generate: (states: States) => Int32Array): ShortlistRow[] {
  const { rows } = states;
  const candidates = generate(states);
  const length = (candidates as Int32Array | undefined)?.length ?? 0;
  checkArray('items of shortlist.generate', candidates, 'Int32Array', length, 'any');
  if (length % rows !== 0) {
    throw new InvalidOptionError(
      'items of shortlist.generate',
      length,
      `as many for each of ${rows} states; -1 for none`,
    );
  }
  const count = length / rows;
  const open = candidates.slice();
  for (let row = 0; row < rows; row++) {
    const seen = new Set<number>();
    for (let place = row * count; place < (row + 1) * count; place++) {
      const item = open[place];
      if (item === -1) continue;
      if (!(item >= 0 && item < states.items)) {
        const expected = `an item from 0 to ${states.items - 1}, or -1 for none`;
        throw new InvalidOptionError(`items[${place}] of shortlist.generate`, item, expected);
      }
      if (!seen.has(item) && isAllowed(states, row, item)) seen.add(item);
      else open[place] = -1;
    }
  }
  const scores = count === 0 ? new Float32Array(0) : logits().of(open);
  for (const [place, score] of scores.entries())
    if (open[place] !== -1 && !Number.isFinite(score)) throw notFinite(Math.floor(place / count));
  return Array.from({ length: rows }, (_, row) => {
    const places = Array.from({ length: count }, (_, k) => row * count + k).filter((place) => open[place] !== -1);
    places.sort((a, b) => scores[b] - scores[a] || open[a] - open[b]);
    return new ShortlistRow(
      Int32Array.from(places, (place) => open[place]),
      Float32Array.from(places, (place) => scores[place]),
    );
  });
}
