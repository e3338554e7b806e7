import { LanguageModelError } from '../errors.js';
import type { LanguageModel, LanguageModelRequest, TokenUsage } from '../language-model.js';
import { readCounts } from '../models/http/usage.js';
import { estimateRequestTokens, estimateTokens } from '../models/token-estimate.js';
import { type Budget, BudgetExceededError, costOf, type Spending, type TokenPrice } from './budget.js';

/** The token counts that the model reported; missing ones are estimated. */
type Counted = Partial<TokenUsage>;

/** Assumed output tokens before the first reply. */
const FIRST_GUESS = 64;

/**
 * Counts calls and tokens, and refuses a call that may exceed the budget. Each call is expected to use as much as the most expensive so
 * far, so a budget of tokens or cost can be exceeded only by calls in flight that use more than any call before them.
 */
export class Meter {
  readonly #budget: Budget;
  readonly #price: TokenPrice | undefined;
  #calls = 0;
  #estimated = 0;
  #input = 0;
  #output = 0;
  /** Expected tokens of the calls in flight. */
  #expectedInput = 0;
  #expectedOutput = 0;
  #running = 0;
  /** Longest output so far, and the largest ratio of reported to estimated input tokens. */
  #longestOutput: number | undefined;
  #inputRatio = 1;
  /** Callbacks of calls that wait for another call to end. */
  #waiting: (() => void)[] = [];

  constructor(budget: Budget, price: TokenPrice | undefined) {
    this.#budget = budget;
    this.#price = price;
  }

  /** Spending so far. A call in flight counts as a call; its tokens count when they are known. */
  get spent(): Spending {
    const usage = { input: this.#input, output: this.#output };
    return { calls: this.#calls, usage, cost: costOf(usage, this.#price), estimatedCalls: this.#estimated };
  }

  /**
   * The model, with every call of it counted.
   * @param throwIfTripped throws where no further call is to be made.
   */
  over(model: LanguageModel, throwIfTripped: () => void): LanguageModel {
    const { fingerprint } = model;
    return {
      specificationVersion: 'v1',
      name: model.name,
      ...(fingerprint && {
        specificationVersion: 'v1',
        fingerprint: fingerprint.bind(model),
      }),
      generate: async (request) => {
        const expected = await this.#begin(request, throwIfTripped);
        let used: TokenUsage | undefined;
        let counted: Counted = {};
        try {
          const reply = await model.generate(request);
          counted = countedIn(reply.usage);
          used = { input: expected.input, output: estimateTokens(reply.text), ...counted };
          const { usage: _, ...rest } = reply;
          return counted.input === undefined && counted.output === undefined ? rest : { ...rest, usage: used };
        } catch (error) {
          counted = LanguageModelError.isInstance(error) ? countedIn(error.usage) : {};
          // The server may have written a reply that was never read.
          const isCharged = counted.input !== undefined || counted.output !== undefined || isAnsweredUnread(error);
          if (isCharged) used = { ...expected, ...counted };
          throw error;
        } finally {
          this.#end(expected, used, counted, request);
        }
      },
    };
  }

  async #begin(request: LanguageModelRequest, throwIfTripped: () => void): Promise<TokenUsage> {
    for (;;) {
      throwIfTripped();
      const expected = {
        input: Math.ceil(estimateRequestTokens(request) * this.#inputRatio),
        output: this.#longestOutput ?? FIRST_GUESS,
      };
      const exceeded = this.#exceeded(expected);
      if (exceeded === undefined) {
        this.#calls++;
        this.#running++;
        this.#expectedInput += expected.input;
        this.#expectedOutput += expected.output;
        return expected;
      }
      // Calls in flight may use less than expected.
      if (exceeded.limit === 'calls' || this.#running === 0) throw exceeded;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      request.signal?.throwIfAborted();
    }
  }

  #exceeded(expected: TokenUsage): BudgetExceededError | undefined {
    const total = {
      input: this.#input + this.#expectedInput + expected.input,
      output: this.#output + this.#expectedOutput + expected.output,
    };
    const { calls, tokens, cost } = this.#budget;
    const spent = this.spent;
    if (calls !== undefined && this.#calls + 1 > calls) return new BudgetExceededError('calls', calls, this.#calls);
    if (tokens !== undefined && total.input + total.output > tokens) {
      return new BudgetExceededError('tokens', tokens, spent.usage.input + spent.usage.output);
    }
    if (cost !== undefined && costOf(total, this.#price) > cost)
      return new BudgetExceededError('cost', cost, spent.cost);
    return undefined;
  }

  #end(expected: TokenUsage, used: TokenUsage | undefined, counted: Counted, request: LanguageModelRequest): void {
    this.#running--;
    this.#expectedInput -= expected.input;
    this.#expectedOutput -= expected.output;
    if (used !== undefined) {
      const { input, output } = counted;
      this.#input += used.input;
      this.#output += used.output;
      if (input === undefined || output === undefined) this.#estimated++;
      if (output !== undefined) this.#longestOutput = Math.max(this.#longestOutput ?? 0, output);
      if (input !== undefined)
        this.#inputRatio = Math.max(this.#inputRatio, input / Math.max(1, estimateRequestTokens(request)));
    }
    for (const resume of this.#waiting.splice(0)) resume();
  }
}

/** The valid token counts among those that a model reported. */
function countedIn(usage: unknown): Counted {
  const { input, output } = readCounts(usage);
  return { ...(input !== undefined && { input }), ...(output !== undefined && { output }) };
}

/** Whether a failed call had most likely been answered: its reply came too late, broke off, or could not be used. */
function isAnsweredUnread(error: unknown): boolean {
  if (!LanguageModelError.isInstance(error)) return false;
  const { kind, status } = error;
  return (
    kind === 'timeout' || kind === 'unusable reply' || (kind === 'unreachable' && status !== undefined && status < 300)
  );
}
