import { checkInteger, checkOptionNames, checkPositive } from '@ialp/core';

/** What requests may not exceed. */
export interface Limits {
  /** Bytes of a body. Default 1 MiB. */
  readonly maxBodyBytes: number;
  /** Items of a slate. Default 100. */
  readonly maxCount: number;
  /** Ids in `exclude` and in `candidates`. Default 10,000. */
  readonly maxIds: number;
  /** Numbers in `userFeatures`. Default 1,024. */
  readonly maxUserFeatures: number;
  /** Requests in flight; more are answered 429. Default 1,000. */
  readonly maxInFlight: number;
  /** Requests a second of each token, or of all clients together if there are no tokens; more are answered 429. Default: no limit. */
  readonly requestsPerSecond?: number;
  /** Requests above `requestsPerSecond` that a pause earns. Default `requestsPerSecond`, at least 1. */
  readonly burst?: number;
}

const DEFAULTS: Limits = {
  maxBodyBytes: 2 ** 20,
  maxCount: 100,
  maxIds: 10_000,
  maxUserFeatures: 1_024,
  maxInFlight: 1_000,
};

/** Limits with their defaults. @throws {InvalidOptionError} for an invalid limit. */
export function checkLimits(given: Partial<Limits> = {}): Limits {
  checkOptionNames(given, [...Object.keys(DEFAULTS), 'requestsPerSecond', 'burst'], { option: 'limits' });
  const limits = { ...DEFAULTS, ...given };
  for (const name of Object.keys(DEFAULTS) as (keyof Limits)[]) checkInteger(`limits.${name}`, limits[name], 1);
  if (limits.requestsPerSecond !== undefined) checkPositive('limits.requestsPerSecond', limits.requestsPerSecond);
  if (limits.burst !== undefined) checkInteger('limits.burst', limits.burst, 1);
  return limits;
}
