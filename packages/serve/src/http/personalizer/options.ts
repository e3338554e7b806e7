import { checkBoolean, checkInteger, checkOptionNames, InvalidOptionError } from '@ialp/core';

/** Options of the API of Azure AI Personalizer. */
export interface PersonalizerOptions {
  /** Whether actions that are not in the catalogue join it. Default true. Otherwise they are never chosen. */
  readonly addActions?: boolean;
  /** Most actions of a rank request. Default 50, as in the service. */
  readonly maxActions?: number;
  /** Size of the catalogue from which on no action joins it. Default 10,000. */
  readonly maxItems?: number;
  /**
   * Context feature that holds the id of the session, such as `session` or `user.session`. Default: none; each event is a session of one turn.
   */
  readonly sessionFeature?: string;
  /** Context feature that holds the id of the user, so that `DELETE /v1/users/{id}` finds the user's events. Default: none. */
  readonly userFeature?: string;
  /** Computes the user features that the policy was made for from the context features of a rank request. Default: none. */
  readonly userFeatures?: (contextFeatures: readonly unknown[]) => readonly number[];
}

/** The options with their defaults. */
export type PersonalizerSettings = PersonalizerOptions &
  Required<Pick<PersonalizerOptions, 'addActions' | 'maxActions' | 'maxItems'>>;

/** Checks the options. @throws {InvalidOptionError} for an invalid one. */
export function checkPersonalizer(options: PersonalizerOptions): PersonalizerSettings {
  const names = ['addActions', 'maxActions', 'maxItems', 'sessionFeature', 'userFeature', 'userFeatures'];
  checkOptionNames(options, names, { option: 'personalizer' });
  const settings = { addActions: true, maxActions: 50, maxItems: 10_000, ...options };
  checkBoolean('personalizer.addActions', settings.addActions);
  checkInteger('personalizer.maxActions', settings.maxActions, 1);
  checkInteger('personalizer.maxItems', settings.maxItems, 0);
  for (const name of ['sessionFeature', 'userFeature'] as const) {
    const value: unknown = settings[name];
    if (value === undefined || (typeof value === 'string' && value !== '')) continue;
    throw new InvalidOptionError(`personalizer.${name}`, value, "the name of a context feature, such as 'user.id'");
  }
  const { userFeatures } = settings;
  if (userFeatures !== undefined && typeof userFeatures !== 'function') {
    throw new InvalidOptionError('personalizer.userFeatures', userFeatures, 'a function of the context features');
  }
  return settings;
}
