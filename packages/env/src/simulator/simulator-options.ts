import {
  checkBoolean,
  checkInteger,
  checkSpecification,
  counted,
  described,
  type EnvironmentSpec,
  InvalidOptionError,
  type ResponseModel,
  type UserFeatures,
} from '@ialp/core';
import type { ChoiceModel } from '../choices/choice-model.js';
import { checkOptions } from '../options.js';
import type { TerminationRule } from '../rules/termination-rule.js';
import { warnOnce } from '../warn-once.js';
import { type Protocol, protocolRules } from './protocol.js';
import { type RewardRange, storedRange } from './reward-range.js';

/** Options of `createSimulator`. */
export interface SimulatorOptions {
  /** Name for reports. */
  readonly name: string;
  /** How users respond. */
  readonly responses: ResponseModel;
  /** When users leave: as soon as one of the rules says so. Default: none; users stay until the turn limit. */
  readonly terminationRules?: readonly TerminationRule[];
  /**
   * A named protocol in place of `repeats`. `NX_X` also takes the place of `maxTurns` and turns the `terminationRules` off.
   */
  readonly protocol?: Protocol;
  /** Indices of the users who may arrive; each new session draws one of them. Default: all. */
  readonly userPool?: Int32Array;
  /** User features that observations show, with a row for each user of the responses. Default: none. */
  readonly userFeatures?: UserFeatures;
  /** Concurrent sessions, at most 2^20. Default 64. */
  readonly sessions?: number;
  /** Interactions that an observation shows. Default 10. */
  readonly historyLength?: number;
  /** Turns after which a session is truncated. Default 20. */
  readonly maxTurns?: number;
  /** Whether an item may be shown twice in a session. Default false. */
  readonly repeats?: boolean;
  /** Slates: how many items each turn shows, and how users choose from them. Default: one item per turn, without a choice. */
  readonly slate?: { readonly size: number; readonly choice: ChoiceModel };
  /** Seed of a first `reset` without one, 32-bit unsigned. Default: none; such a reset is refused. */
  readonly seed?: number;
}

/** Names of the options. */
const SIMULATOR_OPTIONS = Object.keys({
  ...{ name: 1, responses: 1, terminationRules: 1, protocol: 1, userPool: 1, userFeatures: 1, sessions: 1 },
  ...{ historyLength: 1, maxTurns: 1, repeats: 1, slate: 1, seed: 1 },
} satisfies Record<keyof SimulatorOptions, 1>);

/** Concurrent sessions, at most. */
const MAX_SESSIONS = 2 ** 20;
/** Items in the catalogue, and items shown to all concurrent sessions together without repeats, at most: their indices have 32 bits. */
const MAX_ITEMS = 2 ** 31 - 1;
/** Length of an array of all sessions, such as the items of the histories, at most: 1 GiB in single precision. */
const MAX_ARRAY_LENGTH = 2 ** 28;

/** The checked options, with defaults filled in. */
export interface SimulatorSettings {
  readonly name: string;
  readonly responses: ResponseModel;
  readonly terminationRules: readonly TerminationRule[];
  /** Indices of the users who may arrive. */
  readonly userPool: Int32Array;
  readonly userFeatures: UserFeatures | undefined;
  readonly sessions: number;
  readonly historyLength: number;
  readonly maxTurns: number;
  readonly repeats: boolean;
  readonly slateSize: number;
  readonly choice: ChoiceModel | undefined;
  /** The range of the responses, in single precision. */
  readonly rewardRange: RewardRange;
  readonly seed: number | undefined;
}

/**
 * Checks the options and fills in the defaults.
 * @throws {InvalidOptionError}
 */
export function simulatorSettings(options: SimulatorOptions): SimulatorSettings {
  checkOptions(options, '{ name, responses }', SIMULATOR_OPTIONS);
  if (typeof options.name !== 'string' || options.name === '') {
    throw new InvalidOptionError('name', options.name, "a name for reports, such as 'shop'");
  }
  const { responses, sessions = 64, historyLength = 10, slate, seed, userFeatures } = options;
  checkSpecification(
    'responses',
    responses,
    ['respond'],
    'a response model, such as createRatingResponses(factorization)',
  );
  checkInteger('sessions', sessions, 1, MAX_SESSIONS);
  checkInteger('historyLength', historyLength, 1);
  if (seed !== undefined) checkInteger('seed', seed, 0, 2 ** 32 - 1);
  checkInteger('responses.items', responses.items, 1, MAX_ITEMS);
  checkInteger('responses.users', responses.users, 1);
  checkInteger('responses.window', responses.window, 0);
  const rewardRange = storedRange('responses.rewardRange', responses.rewardRange);
  if (slate !== undefined && (typeof slate !== 'object' || slate === null)) {
    throw new InvalidOptionError('slate', slate, 'an object: { size: 3, choice: createFirstAcceptableChoice() }');
  }
  const slateSize = slate?.size ?? 1;
  checkInteger('slate.size', slateSize, 1, responses.items);
  if (slate !== undefined) {
    checkSpecification(
      'slate.choice',
      slate.choice,
      ['choose'],
      'a choice model, such as createFirstAcceptableChoice()',
    );
  }
  if (slate?.choice.by === 'utilities' && responses.utility === undefined) {
    throw new InvalidOptionError(
      'slate.choice',
      described('a choice by utilities'),
      'responses with a utility, or a choice by responses',
    );
  }
  if (userFeatures !== undefined) checkFeatures(userFeatures, responses.users);
  const rules = sessionRules(options);
  const window = Math.max(responses.window, ...rules.terminationRules.map((rule) => rule.window)) + slateSize;
  if (!rules.repeats) {
    const { maxTurns } = rules;
    if (maxTurns * slateSize < responses.items) {
      checkMemory('maxTurns', maxTurns, sessions, Math.floor(MAX_ITEMS / slateSize));
    } else checkMemory('responses.items', responses.items, sessions, MAX_ITEMS);
  }
  checkMemory('historyLength', historyLength, sessions, MAX_ARRAY_LENGTH);
  checkMemory('window of responses or terminationRules', window, sessions, MAX_ARRAY_LENGTH);
  warnOfEqualPolicies(options, rules, slateSize);
  return {
    name: options.name,
    responses,
    userPool: checkedUserPool(options.userPool, responses.users),
    userFeatures,
    sessions,
    historyLength,
    slateSize,
    choice: slate?.choice,
    rewardRange,
    seed,
    ...rules,
  };
}

/**
 * Warns if all policies earn the same reward: every session is shown all items, and responses do not depend on the order.
 */
function warnOfEqualPolicies(
  { name, responses }: SimulatorOptions,
  { terminationRules, maxTurns, repeats }: Pick<SimulatorSettings, 'terminationRules' | 'maxTurns' | 'repeats'>,
  slateSize: number,
): void {
  const { items, window, stateSize = 0 } = responses;
  const showsAll = !repeats && terminationRules.length === 0 && maxTurns >= items && slateSize === 1 && items > 1;
  if (!showsAll || window > 0 || stateSize > 0) return;
  warnOnce(
    'IALP_EQUAL_POLICIES',
    `${name}: every session is shown all ${items} items (maxTurns ${maxTurns}, no repeats, no termination rules), so every ` +
      'policy earns the same reward. Use fewer turns than items, termination rules, or repeats.',
  );
}

function sessionRules(options: SimulatorOptions): Pick<SimulatorSettings, 'terminationRules' | 'maxTurns' | 'repeats'> {
  const { terminationRules = [], protocol, maxTurns = 20, repeats = false } = options;
  if (!Array.isArray(terminationRules))
    throw new InvalidOptionError(
      'terminationRules',
      terminationRules,
      'a list of termination rules: [createPatienceRule({ misses: 4 })]',
    );
  for (const [index, rule] of terminationRules.entries()) checkTerminationRule(rule, index, options.responses.items);
  checkBoolean('repeats', repeats);
  if (maxTurns !== Number.POSITIVE_INFINITY) checkInteger('maxTurns', maxTurns, 1);
  if (protocol === undefined) return { terminationRules, maxTurns, repeats };
  const rules = protocolRules(protocol);
  if (options.repeats !== undefined && options.repeats !== rules.repeats) {
    throw protocolConflict('repeats', options.repeats, protocol, rules.repeats);
  }
  if (rules.turns !== undefined && options.maxTurns !== undefined && options.maxTurns !== rules.turns) {
    throw protocolConflict('maxTurns', maxTurns, protocol, rules.turns);
  }
  return {
    terminationRules: rules.termination ? terminationRules : [],
    maxTurns: rules.turns ?? maxTurns,
    repeats: rules.repeats,
  };
}

function checkTerminationRule(rule: TerminationRule, index: number, items: number): void {
  const option = `terminationRules[${index}]`;
  if (typeof rule === 'object' && rule !== null && typeof rule.terminates !== 'function') {
    throw new InvalidOptionError(
      `${option}.terminates`,
      rule.terminates,
      'a function: (session) => whether the user leaves now',
    );
  }
  checkSpecification(option, rule, ['terminates'], 'a termination rule, such as createPatienceRule({ misses: 4 })');
  checkInteger(`${option}.window`, rule.window, 0);
  if (rule.items !== undefined && rule.items !== items) {
    throw new InvalidOptionError(
      option,
      described(`a rule for ${counted(rule.items, 'item')}`),
      `a rule for the ${items} items of responses`,
    );
  }
  if (rule.stateSize !== undefined) checkInteger(`${option}.stateSize`, rule.stateSize, 0);
}

function protocolConflict(
  option: string,
  found: unknown,
  protocol: Protocol,
  value: boolean | number,
): InvalidOptionError {
  return new InvalidOptionError(option, found, `no value: protocol '${protocol}' already sets it to ${value}; omit it`);
}

/** Items that a session can be shown without repeats. */
export function maximumShown({
  items,
  slateSize,
  maxTurns,
}: Pick<EnvironmentSpec, 'items' | 'slateSize' | 'maxTurns'>): number {
  return Math.min(items, maxTurns * slateSize);
}

/** Throws if all sessions together would need more memory than `most`. */
function checkMemory(option: string, each: number, sessions: number, most: number): void {
  if (each * sessions <= most) return;
  throw new InvalidOptionError(
    option,
    each,
    `at most ${Math.floor(most / sessions)} for ${sessions} sessions; use fewer sessions, or a smaller ${option}`,
  );
}

function checkedUserPool(userPool: Int32Array | undefined, users: number): Int32Array {
  if (userPool === undefined) return Int32Array.from({ length: users }, (_, user) => user);
  if (!isArray(userPool)) throw new InvalidOptionError('userPool', userPool, 'an Int32Array of user indices');
  if (userPool.length === 0) throw new InvalidOptionError('userPool', [], 'at least one user');
  for (const user of userPool) checkInteger('userPool', user, 0, users - 1);
  return userPool;
}

function isArray(value: unknown): boolean {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function checkFeatures(features: UserFeatures, users: number): void {
  const { names, values }: Partial<UserFeatures> = features ?? {};
  if (!Array.isArray(names)) {
    throw new InvalidOptionError('userFeatures.names', names, "a list of the features' names, such as ['age']");
  }
  if (!isArray(values)) {
    throw new InvalidOptionError('userFeatures.values', values, 'a Float32Array of [users, names]');
  }
  if (names.length === 0 || values.length !== users * names.length) {
    const expected = `${names.length} values for each of the ${users} users`;
    throw new InvalidOptionError('userFeatures.values', described(counted(values.length, 'value')), expected);
  }
}
