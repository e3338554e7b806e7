import { type ErrorRecognizer, FileError, IalpError, recognizerOf, show } from '@ialp/core';

/** An action names an item that does not exist or may not be shown. */
export class InvalidActionError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<InvalidActionError> = /* @__PURE__ */ recognizerOf(
    'ialp.env.error.invalid-action',
  );
  override name = 'InvalidActionError';
  /** The session whose action is wrong. */
  readonly session: number;

  /** @param place index into the actions; with slates it is not the session's. */
  constructor(session: number, found: number, expected: string, place: number = session) {
    super(`actions[${place}]: expected ${expected}; found ${show(found)}.`);
    this.session = session;
  }
}

/** A response model, or a reward function, gave a reward outside the range that it promises. */
export class InvalidRewardError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<InvalidRewardError> = /* @__PURE__ */ recognizerOf(
    'ialp.env.error.invalid-reward',
  );
  override name = 'InvalidRewardError';
  /** The session whose reward it is. */
  readonly session: number;
  /** The item that was shown; of a slate, the one that the reward is for. */
  readonly item: number;
  readonly reward: number;
  readonly rewardRange: readonly [minimum: number, maximum: number];

  constructor(session: number, item: number, reward: number, rewardRange: readonly [number, number]) {
    const [least, greatest] = rewardRange;
    super(
      `reward of session ${session} for item ${item}: expected a number from ${least} to ${greatest}, as rewardRange says; ` +
        `found ${reward}. Correct rewardRange or the reward.`,
    );
    this.session = session;
    this.item = item;
    this.reward = reward;
    this.rewardRange = rewardRange;
  }
}

/** A call came at the wrong time: a step before the first reset, or of a session that ended and was not reset. */
export class EnvironmentStateError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<EnvironmentStateError> = /* @__PURE__ */ recognizerOf(
    'ialp.env.error.environment-state',
  );
  override name = 'EnvironmentStateError';
}

/** A data set is missing, damaged or unknown. The message names the file, the line and the remedy. */
export class DatasetError extends FileError {
  static override readonly isInstance: ErrorRecognizer<DatasetError> =
    /* @__PURE__ */ recognizerOf('ialp.env.error.dataset');
  override name = 'DatasetError';
}
