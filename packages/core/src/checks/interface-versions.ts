/** The interfaces that have a version 2. */
export type VersionedInterface = 'environment' | 'policy' | 'learner' | 'network' | 'gate';

/** How to change an implementation of version 1. */
const CHANGES: Readonly<Record<VersionedInterface, string>> = {
  environment:
    'rename sessions of observations to rows, add session with the key of the session in each row, and replace mask by available and ' +
    'exclusions',
  policy:
    'in observations, read rows instead of sessions, and available and exclusions instead of mask; give distributions top(count), and ' +
    'slates in sample(random, { count }) and propensity(items)',
  learner:
    'learn from trajectories instead of rollouts: sessions of any number and length, known by their keys, and actions and propensity of ' +
    '[rows, slateSize]; in observations, read rows instead of sessions, and available and exclusions instead of mask',
  network:
    'in states, read rows instead of sessions, and available and exclusions instead of mask; give evaluations slates in ' +
    'sample(random, { count }) and propensity(items)',
  gate:
    'observe trajectories instead of a rollout (sessions by key, chosenBy instead of pretrainedActs), and read rows instead of sessions of ' +
    'observations',
};

/** A method that only one of the interfaces has. */
const METHODS: Readonly<Record<string, VersionedInterface>> = {
  reset: 'environment',
  distribution: 'policy',
  learn: 'learner',
  trainStep: 'network',
  weigh: 'gate',
};

/** How to change an implementation of version 1 to version 2, for the end of a message. */
export function changesSinceVersion1(name: VersionedInterface): string {
  return `version 2 of the interface: ${CHANGES[name]}`;
}

/** The interface of which a caller requires some methods; `undefined` for one without a version 2. */
export function interfaceWith(methods: readonly string[]): VersionedInterface | undefined {
  return methods.map((method) => METHODS[method]).find((name) => name !== undefined);
}
