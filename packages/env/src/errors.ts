import { type ErrorRecognizer, FileError, IalpError, recognizerOf, show } from '@ialp/core';

/** An action is an item that does not exist or may not be shown. */
export class InvalidActionError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<InvalidActionError> = /* @__PURE__ */ recognizerOf(
    'ialp.env.error.invalid-action',
  );
  override name = 'InvalidActionError';
  /** The session with the invalid action. */
  readonly session: number;

  /** @param place index into the actions; with slates it differs from the session. */
  constructor(session: number, found: number, expected: string, place: number = session) {
    super(`actions[${place}]: expected ${expected}; found ${show(found)}.`);
    this.session = session;
  }
}

/** A response model or a reward function returned a reward outside its declared range. */
export class InvalidRewardError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<InvalidRewardError> = /* @__PURE__ */ recognizerOf(
    'ialp.env.error.invalid-reward',
  );
  override name = 'InvalidRewardError';
  /** The session with the invalid reward. */
  readonly session: number;
  /** The item shown; of a slate, the one that the reward is for. */
  readonly item: number;
  readonly reward: number;
  readonly rewardRange: readonly [minimum: number, maximum: number];

  constructor(session: number, item: number, reward: number, rewardRange: readonly [number, number]) {
    const [least, greatest] = rewardRange;
    super(
      `reward of session ${session} for item ${item}: expected a number from ${least} to ${greatest}, the rewardRange; ` +
        `found ${reward}. Correct rewardRange or the reward.`,
    );
    this.session = session;
    this.item = item;
    this.reward = reward;
    this.rewardRange = rewardRange;
  }
}

/** A call in an invalid state: a step before the first reset, or of a session that ended and was not reset. */
export class EnvironmentStateError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<EnvironmentStateError> = /* @__PURE__ */ recognizerOf(
    'ialp.env.error.environment-state',
  );
  override name = 'EnvironmentStateError';
}

/** A data set is missing or damaged. The message names the file, the line and the remedy. */
export class DatasetError extends FileError {
  static override readonly isInstance: ErrorRecognizer<DatasetError> =
    /* @__PURE__ */ recognizerOf('ialp.env.error.dataset');
  override name = 'DatasetError';
}
