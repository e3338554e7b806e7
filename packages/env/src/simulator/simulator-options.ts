import {
  checkBoolean,
  checkInteger,
  checkSpecification,
  InvalidOptionError,
  type ResponseModel,
  type UserFeatures,
} from '@ialp/core';
import type { ChoiceModel } from '../choices/choice-model.js';
import { checkOptions } from '../options.js';
import type { TerminationRule } from '../rules/termination-rule.js';
import { type Protocol, protocolRules } from './protocol.js';
import { type RewardRange, storedRange } from './reward-range.js';
import { warnOnce } from './warn-once.js';

/** Options of `createSimulator`. */
export interface SimulatorOptions {
  /** Name for reports. */
  readonly name: string;
  /** How people answer. */
  readonly responses: ResponseModel;
  /** When they leave: as soon as one of the rules says so. None: they stay to the turn limit. */
  readonly terminationRules?: readonly TerminationRule[];
  /**
   * Repeats, termination rules and turns by one of the field's names, in place of `repeats`; `NX_X` also in place of `maxTurns`, and
   * without the `terminationRules`.
   */
  readonly protocol?: Protocol;
  /** The people who may arrive, as user indices; each new session draws one. Default: all of them. */
  readonly userPool?: Int32Array;
  /** What observations say of the people; a row for each of the responses' users. Default: nothing. */
  readonly userFeatures?: UserFeatures;
  /** Sessions at once, at most 2^20. Default 64. */
  readonly sessions?: number;
  /** Interactions that an observation shows. Default 10. */
  readonly historyLength?: number;
  /** Turns after which a session is truncated. Default 20. */
  readonly maxTurns?: number;
  /** Whether an item may be shown twice in a session. Default false. */
  readonly repeats?: boolean;
  /** How many items are shown at a time, and how people choose from them. Default: one, which needs no choosing. */
  readonly slate?: { readonly size: number; readonly choice: ChoiceModel };
  /** The seed of a first `reset` that names none, 32-bit unsigned. Default: none, that reset is refused. */
  readonly seed?: number;
}

/** Sessions at once, at most. */
const MOST_SESSIONS = 2 ** 20;
/** Bytes of the masks of all sessions, at most. */
const MOST_MASKS = 2 ** 31 - 1;
/** Numbers of one kind, such as the items of the histories, that all sessions together have at most: 1 GiB in single precision. */
const MOST_NUMBERS = 2 ** 28;

/** The options with their defaults, checked. */
export interface SimulatorSettings {
  readonly name: string;
  readonly responses: ResponseModel;
  readonly terminationRules: readonly TerminationRule[];
  readonly arrivals: Int32Array;
  readonly userFeatures: UserFeatures | undefined;
  readonly sessions: number;
  readonly historyLength: number;
  readonly maxTurns: number;
  readonly repeats: boolean;
  readonly slateSize: number;
  readonly choice: ChoiceModel | undefined;
  /** Of the responses, in single precision. */
  readonly rewardRange: RewardRange;
  readonly seed: number | undefined;
}

/**
 * Checks the options and fills in the defaults.
 * @throws {InvalidOptionError}
 */
export function simulatorSettings(options: SimulatorOptions): SimulatorSettings {
  checkOptions(options, '{ name, responses }');
  const { responses, sessions = 64, historyLength = 10, slate, seed, userFeatures } = options;
  checkSpecification(
    'responses',
    responses,
    ['respond'],
    'a response model, such as createRatingResponses(factorization)',
  );
  checkInteger('sessions', sessions, 1, MOST_SESSIONS);
  checkInteger('historyLength', historyLength, 1);
  if (seed !== undefined) checkInteger('seed', seed, 0, 2 ** 32 - 1);
  checkInteger('responses.items', responses.items, 1);
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
      'a choice by utilities',
      'responses with a utility, or a choice by responses',
    );
  }
  if (userFeatures !== undefined) checkFeatures(userFeatures, responses.users);
  const rules = sessionRules(options);
  const window = Math.max(responses.window, ...rules.terminationRules.map((rule) => rule.window)) + slateSize;
  checkMemory('responses.items', responses.items, sessions, MOST_MASKS);
  checkMemory('historyLength', historyLength, sessions, MOST_NUMBERS);
  checkMemory('window of the responses or terminationRules', window, sessions, MOST_NUMBERS);
  warnOfEqualPolicies(options, rules, slateSize);
  return {
    name: options.name,
    responses,
    arrivals: arrivals(options.userPool, responses.users),
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
 * Where everybody is shown everything, and answers as they would at any other time, all policies earn the same: each session's
 * reward is the sum over all items, in whatever order.
 */
function warnOfEqualPolicies(
  { name, responses }: SimulatorOptions,
  { terminationRules, maxTurns, repeats }: Pick<SimulatorSettings, 'terminationRules' | 'maxTurns' | 'repeats'>,
  slateSize: number,
): void {
  const { items, window, stateSize = 0 } = responses;
  const all = !repeats && terminationRules.length === 0 && maxTurns >= items && slateSize === 1 && items > 1;
  if (!all || window > 0 || stateSize > 0) return;
  warnOnce(
    'IALP_EQUAL_POLICIES',
    `${name}: every session is shown all ${items} items (maxTurns ${maxTurns}, no repeats, no termination rules), so that every policy earns ` +
      'the same. Use fewer turns than items, termination rules, or repeats.',
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
  terminationRules.forEach(checkTerminationRule);
  checkBoolean('repeats', repeats);
  if (maxTurns !== Number.POSITIVE_INFINITY) checkInteger('maxTurns', maxTurns, 1);
  if (protocol === undefined) return { terminationRules, maxTurns, repeats };
  const rules = protocolRules(protocol);
  if (options.repeats !== undefined && options.repeats !== rules.repeats) {
    throw new InvalidOptionError(
      'repeats',
      options.repeats,
      `${rules.repeats}, or none: the protocol ${protocol} says it`,
    );
  }
  if (rules.turns !== undefined && options.maxTurns !== undefined && options.maxTurns !== rules.turns) {
    throw new InvalidOptionError('maxTurns', maxTurns, `${rules.turns}, or none: the protocol ${protocol} says it`);
  }
  return {
    terminationRules: rules.termination ? terminationRules : [],
    maxTurns: rules.turns ?? maxTurns,
    repeats: rules.repeats,
  };
}

function checkTerminationRule(rule: TerminationRule, index: number): void {
  const option = `terminationRules[${index}]`;
  checkSpecification(option, rule, ['terminates'], 'a termination rule, such as createPatienceRule({ misses: 4 })');
  checkInteger(`${option}.window`, rule.window, 0);
  if (rule.stateSize !== undefined) checkInteger(`${option}.stateSize`, rule.stateSize, 0);
}

/** Throws where all sessions together would need more memory than can be meant. */
function checkMemory(option: string, each: number, sessions: number, most: number): void {
  if (each * sessions <= most) return;
  throw new InvalidOptionError(
    option,
    each,
    `at most ${Math.floor(most / sessions)} for ${sessions} sessions; use fewer sessions, or less of it`,
  );
}

function arrivals(named: Int32Array | undefined, users: number): Int32Array {
  if (named === undefined) return Int32Array.from({ length: users }, (_, user) => user);
  if (!isArray(named)) throw new InvalidOptionError('userPool', named, 'an Int32Array of user indices');
  if (named.length === 0) throw new InvalidOptionError('userPool', '[]', 'at least one user');
  for (const user of named) checkInteger('userPool', user, 0, users - 1);
  return named;
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
    const expected = `${names.length} values for each of the ${users} people`;
    throw new InvalidOptionError('userFeatures.values', `${values.length} values`, expected);
  }
}
