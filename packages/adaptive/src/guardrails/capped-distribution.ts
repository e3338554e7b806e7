import { countAllowed, excludedIn, exclusionsOf, type Observation, type Random } from '@ialp/core';
import type { Action, ActionDistribution, Policy, SampleOptions } from '@ialp/policy';

/**
 * The distribution of a policy where some items are capped: they are excluded in every state that allows others. A slate that has more
 * places than these shows capped items in its last places: those that the policy prefers, best first, with the propensity 1. In a state
 * that allows capped items only, the caps are not applied.
 */
export function cappedDistribution(
  policy: Policy,
  observation: Observation,
  capped: ReadonlySet<number>,
): ActionDistribution {
  if (capped.size === 0) return policy.distribution(observation);
  const { rows } = observation;
  const states = Array.from({ length: rows }, (_, row) => cappedState(observation, row, capped));
  const closed = { ...observation, exclusions: exclusionsOf(states.map(({ excluded }) => excluded)) };
  let evaluated: ActionDistribution | undefined = policy.distribution(closed);
  /** The distribution of all rows. It is evaluated again after the policy was used for a single row. */
  const whole = (): ActionDistribution => {
    evaluated ??= policy.distribution(closed);
    return evaluated;
  };
  const ofRow = (row: number, excluded: readonly number[]): ActionDistribution => {
    evaluated = undefined;
    return policy.distribution(singleRow(observation, row, excluded));
  };
  /** The capped items in the last places of a row's slates of `count` items. */
  const lastItems = (row: number, count: number): number[] => {
    const { size, capped: own, others } = states[row];
    const places = Math.min(count - size, own.length);
    return places > 0 ? Array.from(ofRow(row, others()).top(places).items) : [];
  };
  /** Whether the slates of some row have capped items in their last places. */
  const hasLast = (count: number): boolean => states.some(({ size, capped: own }) => count > size && own.length > 0);

  return {
    propensity(items) {
      const count = items.length / rows;
      if (!hasLast(count)) return whole().propensity(items);
      const propensity = new Float32Array(items.length);
      for (const [row, { size, excluded }] of states.entries()) {
        const slate = items.subarray(row * count, (row + 1) * count);
        const first = ofRow(row, excluded).propensity(slate.subarray(0, size)).slice();
        propensity.set(first, row * count);
        const last = first.at(-1) === 0 ? [] : lastItems(row, count);
        for (let k = 0; k < last.length && slate[size + k] === last[k]; k++) propensity[row * count + size + k] = 1;
      }
      return propensity;
    },
    top(count) {
      const ranking = whole().top(count);
      if (!hasLast(count)) return ranking;
      const [items, scores] = [ranking.items.slice(), ranking.scores.slice()];
      for (const [row, { size }] of states.entries()) items.set(lastItems(row, count), row * count + size);
      return { items, scores };
    },
    sample(random: Random, options?: SampleOptions): Action {
      const count = options?.count ?? 1;
      if (!hasLast(count)) return whole().sample(random, options);
      if (states.some(({ size, capped: own }) => size + own.length < count)) {
        // The policy refuses it in its own words.
        evaluated = undefined;
        return policy.distribution(observation).sample(random, options);
      }
      const actions = states.map(({ size, excluded }, row) => {
        const first = copyOf(ofRow(row, excluded).sample(random, { count: Math.min(count, size) }));
        return withLast(first, lastItems(row, count));
      });
      return joined(actions);
    },
  };
}

/** A row without capped items. */
interface CappedState {
  /** Items that it excludes. */
  readonly excluded: readonly number[];
  /** Number of items that it allows. */
  readonly size: number;
  /** The capped items that it would allow otherwise. */
  readonly capped: readonly number[];
  /** What it excludes when only capped items are allowed. */
  others(): readonly number[];
}

function cappedState(observation: Observation, row: number, capped: ReadonlySet<number>): CappedState {
  const { items, available, exclusions } = observation;
  const own = Array.from(excludedIn(exclusions, row));
  const excluded = new Set(own);
  const more = Array.from(capped).filter((item) => available[item] === 1 && !excluded.has(item));
  const allowed = countAllowed(observation, row);
  if (allowed === more.length) return { excluded: own, size: allowed, capped: [], others: () => own };
  return {
    excluded: [...own, ...more],
    size: allowed - more.length,
    capped: more,
    others: () => Array.from({ length: items }, (_, item) => item).filter((item) => !more.includes(item)),
  };
}

/** One row of an observation, with other exclusions. */
function singleRow(observation: Observation, row: number, excluded: readonly number[]): Observation {
  const { rows, historyLength, session, turn, historyItems, historyFeedback, userFeatures } = observation;
  const width = (userFeatures?.length ?? 0) / rows;
  return {
    ...observation,
    rows: 1,
    session: session.slice(row, row + 1),
    turn: turn.slice(row, row + 1),
    historyItems: historyItems.slice(row * historyLength, (row + 1) * historyLength),
    historyFeedback: historyFeedback.slice(row * historyLength, (row + 1) * historyLength),
    ...(userFeatures && { userFeatures: userFeatures.slice(row * width, (row + 1) * width) }),
    exclusions: exclusionsOf([excluded]),
  };
}

/** The arrays of an action for one row. */
interface RowAction {
  readonly items: readonly number[];
  readonly propensity: readonly number[];
  readonly attribution?: {
    readonly chosenBy: readonly number[];
    readonly pretrained: readonly number[];
    readonly online: readonly number[];
  };
}

function copyOf({ items, propensity, attribution }: Action): RowAction {
  return {
    items: Array.from(items),
    propensity: Array.from(propensity),
    ...(attribution && {
      attribution: {
        chosenBy: Array.from(attribution.chosenBy),
        pretrained: Array.from(attribution.pretrained),
        online: Array.from(attribution.online),
      },
    }),
  };
}

/** A slate with further items, which have the propensity 1 under every policy. */
function withLast({ items, propensity, attribution }: RowAction, last: readonly number[]): RowAction {
  const ones = last.map(() => 1);
  return {
    items: [...items, ...last],
    propensity: [...propensity, ...ones],
    ...(attribution && {
      attribution: {
        chosenBy: attribution.chosenBy,
        pretrained: [...attribution.pretrained, ...ones],
        online: [...attribution.online, ...ones],
      },
    }),
  };
}

function joined(rows: readonly RowAction[]): Action {
  const floats = (of: (row: RowAction) => readonly number[]): Float32Array => Float32Array.from(rows.flatMap(of));
  return {
    items: Int32Array.from(rows.flatMap(({ items }) => items)),
    propensity: floats(({ propensity }) => propensity),
    ...(rows[0].attribution && {
      attribution: {
        chosenBy: Uint8Array.from(rows.flatMap(({ attribution }) => attribution?.chosenBy ?? [])),
        pretrained: floats(({ attribution }) => attribution?.pretrained ?? []),
        online: floats(({ attribution }) => attribution?.online ?? []),
      },
    }),
  };
}
