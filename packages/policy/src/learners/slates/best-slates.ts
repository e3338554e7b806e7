import type { Network, States } from '../../network.js';

/** Utilities above this count as it: their exponentials stay finite. */
export const MAX_UTILITY = 40;
/** The iteration ends when no slate changes, mostly after two or three rounds. */
const MAX_ROUNDS = 20;

/** What slates are made of: how likely users are to choose an item, and what a choice is worth. */
export interface SlateModel {
  /** With the head `q`: utilities `u(s, i)` of items; choosing nothing has the utility 0. */
  readonly choice: Network;
  /** With the head `q`: the long-term value of an item that is chosen. */
  readonly values: Network;
  /** Items with the greatest utilities, and as many with the greatest values, that are considered in a state. */
  readonly candidates: number;
}

/** Candidates of one state with their figures; all `[candidates]`. */
interface Candidates {
  readonly items: readonly number[];
  /** `exp(u(s, i))`. */
  readonly odds: readonly number[];
  readonly values: readonly number[];
}

/** A slate with its value. */
export interface ValuedSlate {
  /** The best items first; then all other candidates, by the same criterion. */
  readonly ranking: readonly number[];
  /** `(Q(s, none) + sum_i v_i Q_i) / (1 + sum_i v_i)` over the slate. */
  readonly value: number;
}

/**
 * The slates of greatest value, one for each state, where users choose by a multinomial logit. With `v_i = exp(u_i)` the value of a slate
 * is a ratio of sums; the best slate of `size` items is found exactly among the candidates by Dinkelbach's method (1967): rank by
 * `v_i (Q_i - lambda)`, set `lambda` to the value of the slate found, and repeat (Ie et al. 2019, section 5, solve a linear program).
 * @param none `[rows]`: the value of choosing nothing.
 * @param valuedBy values the items of the slates found. Default: `model.values`.
 */
export function bestSlates(
  states: States,
  none: ArrayLike<number>,
  size: number,
  model: SlateModel,
  valuedBy: Network = model.values,
): ValuedSlate[] {
  const candidates = candidatesOf(states, model);
  const slates = candidates.map((row, k) => bestSlate(row, none[k], size));
  if (valuedBy === model.values) return slates;
  const values = valuesOf(
    valuedBy,
    states,
    slates.map(({ ranking }) => ranking.slice(0, size)),
  );
  return slates.map(({ ranking }, row) => {
    const { items, odds } = candidates[row];
    const shown = ranking.slice(0, size);
    const oddsOf = shown.map((item) => odds[items.indexOf(item)]);
    return { ranking, value: slateValue(oddsOf, values[row], none[row]) };
  });
}

function bestSlate({ items, odds, values }: Candidates, none: number, size: number): ValuedSlate {
  let order = items.map((_, k) => k);
  let value = none;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const lambda = value;
    const gain = (k: number): number => odds[k] * (values[k] - lambda);
    order = order.slice().sort((a, b) => gain(b) - gain(a) || items[a] - items[b]);
    const slate = order.slice(0, size);
    value = slateValue(
      slate.map((k) => odds[k]),
      slate.map((k) => values[k]),
      none,
    );
    if (value === lambda) break;
  }
  return { ranking: order.map((k) => items[k]), value };
}

function slateValue(odds: readonly number[], values: readonly number[], none: number): number {
  const total = odds.reduce((sum, v) => sum + v, 1);
  return odds.reduce((sum, v, k) => sum + v * values[k], none) / total;
}

function candidatesOf(states: States, { choice, values, candidates }: SlateModel): Candidates[] {
  const count = Math.min(candidates, states.items);
  const lists = [choice, values].map((network) => network.actionValues(states).top(count).items.slice());
  const items = Array.from({ length: states.rows }, (_, row) => [
    ...new Set(lists.flatMap((list) => Array.from(list.subarray(row * count, (row + 1) * count)))),
  ]).map((list) => list.filter((item) => item >= 0));
  const [utilities, worth] = [choice, values].map((network) => valuesOf(network, states, items));
  return items.map((list, row) => ({
    items: list,
    odds: utilities[row].map((u) => Math.exp(Math.min(MAX_UTILITY, u))),
    values: worth[row],
  }));
}

/** `[rows][places]`: action values of a list of items of each state. */
function valuesOf(network: Network, states: States, items: readonly (readonly number[])[]): number[][] {
  const values = items.map((): number[] => []);
  const places = items.reduce((most, list) => Math.max(most, list.length), 0);
  const q = network.actionValues(states);
  for (let place = 0; place < places; place++) {
    const column = q.of(Int32Array.from(items, (list) => list[place] ?? 0));
    for (const [row, list] of items.entries()) if (place < list.length) values[row].push(column[row]);
  }
  return values;
}
