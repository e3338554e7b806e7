import {
  checkInteger,
  checkObject,
  checkOptionNames,
  checkPositive,
  checkSpecification,
  InvalidOptionError,
} from '@ialp/core';
import type { Learner } from '@ialp/policy';
import { checkRules, type DeploymentRules } from '../deployment/rules.js';
import type { EventLog } from '../event-log.js';
import type { ServedItem } from '../events.js';
import type { ModelStore } from '../model-store.js';
import type { EmbedTexts } from './catalogue.js';

/** What the processes of a deployment share. */
export interface DeploymentOptions {
  /**
   * The learner: its policy decides, and it learns from the feedback. Its policy has as many items as the catalogue may have at most,
   * those that were removed included. All processes of a deployment make it in the same way.
   */
  readonly learner: Learner;
  readonly eventLog: EventLog;
  readonly modelStore: ModelStore;
  /** The catalogue at the beginning, in the order of the items' indices. Later, events tell what is added and removed. */
  readonly catalogue?: { readonly items: readonly ServedItem[] };
  readonly rules?: DeploymentRules;
  /** Features of each user. Default 0. */
  readonly userFeatures?: number;
}

/** How a learner learns. */
export interface LearningOptions {
  /** Decisions in an update. Default 128. */
  readonly updateRows?: number;
  /** An update with fewer decisions is made if the first of them has waited for so long. In milliseconds. Default 60,000. */
  readonly maxUpdateDelayMs?: number;
  /** Shortest time between two published policies, which also place new items and those that came back. In milliseconds. Default 2,000. */
  readonly publishIntervalMs?: number;
  /** Time between two checkpoints, which are stored after an update. In milliseconds. Default 5,000. */
  readonly checkpointIntervalMs?: number;
  /** How long the learner's lease holds without renewal: another learner takes over after this time. In milliseconds. Default 5,000. */
  readonly leaseMs?: number;
  /** How long events are stored, in milliseconds; `Infinity` stores all. Default 30 days. Those that have not been learned from are never dropped. */
  readonly retentionMs?: number;
  /** Computes embeddings of the texts of new items, so that they begin where similar items are. Default: only items with an `embedding` do. */
  readonly embed?: EmbedTexts;
}

export const DEPLOYMENT_NAMES: readonly (keyof DeploymentOptions)[] = [
  ...(['learner', 'eventLog', 'modelStore', 'catalogue', 'rules', 'userFeatures'] as const),
];

const LEARNING_NAMES: readonly (keyof LearningOptions)[] = [
  ...(['updateRows', 'maxUpdateDelayMs', 'publishIntervalMs', 'checkpointIntervalMs', 'leaseMs'] as const),
  ...(['retentionMs', 'embed'] as const),
];

/** The options of a deployment with their defaults. @throws {InvalidOptionError} */
export function checkDeployment(options: DeploymentOptions) {
  const { learner, eventLog, modelStore, catalogue, rules = {}, userFeatures = 0 } = options;
  checkSpecification('learner', learner, ['learn'], 'a learner, such as createA2C({ network })', 'v2');
  checkSpecification('eventLog', eventLog, ['append', 'read'], 'an event log, such as createMemoryEventLog()', 'v1');
  checkSpecification(
    'modelStore',
    modelStore,
    ['put', 'latest'],
    'a model store, such as createMemoryModelStore()',
    'v1',
  );
  checkInteger('userFeatures', userFeatures, 0);
  const items = catalogue?.items ?? [];
  const capacity = learner.policy.items;
  if (items.length > capacity) {
    const expected = `at most ${capacity} items, as the learner's policy has`;
    throw new InvalidOptionError('catalogue.items', `${items.length} items`, expected);
  }
  return { learner, eventLog, modelStore, items, userFeatures, rules: checkRules(rules) };
}

/** The options of learning with their defaults. @throws {InvalidOptionError} */
export function checkLearning(options: LearningOptions) {
  checkObject('learning', options, 'an object, such as { updateRows: 128 }');
  checkOptionNames(options, LEARNING_NAMES, { option: 'learning' });
  const {
    updateRows = 128,
    maxUpdateDelayMs = 60_000,
    publishIntervalMs = 2_000,
    checkpointIntervalMs = 5_000,
    leaseMs = 5_000,
    retentionMs = 30 * 24 * 3_600_000,
    embed,
  } = options;
  checkInteger('learning.updateRows', updateRows, 1);
  const times = { maxUpdateDelayMs, publishIntervalMs, checkpointIntervalMs, leaseMs, retentionMs };
  for (const [option, value] of Object.entries(times)) {
    if (value !== Number.POSITIVE_INFINITY) checkPositive(`learning.${option}`, value);
  }
  return { updateRows, embed, ...times };
}
