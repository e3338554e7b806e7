import type { LanguageModel, LanguageModelRequest, TokenUsage } from '../language-model.js';
import { estimateTokens } from '../token-estimate.js';
import { type Budget, BudgetExceededError, costOf, type Spending, type TokenPrice } from './budget.js';

/** Tokens of a reply before there was one to go by. */
const FIRST_GUESS = 64;

/** Counts what a model's calls take, and refuses a call that may go over the budget. */
export class Meter {
  readonly #budget: Budget;
  readonly #price: TokenPrice | undefined;
  #calls = 0;
  #replies = 0;
  #input = 0;
  #output = 0;
  /** What the calls under way are expected to take. */
  #expectedInput = 0;
  #expectedOutput = 0;

  constructor(budget: Budget, price: TokenPrice | undefined) {
    this.#budget = budget;
    this.#price = price;
  }

  /** What the calls so far took; what is under way counts as a call, and its tokens when they are known. */
  get spent(): Spending {
    const usage = { input: this.#input, output: this.#output };
    return { calls: this.#calls, usage, cost: costOf(usage, this.#price) };
  }

  /** The model, with every call of it counted. */
  over(model: LanguageModel): LanguageModel {
    const { fingerprint } = model;
    return {
      name: model.name,
      ...(fingerprint && { fingerprint: fingerprint.bind(model) }),
      generate: async (request) => {
        const expected = this.#begin(request);
        let used: TokenUsage | undefined;
        try {
          const reply = await model.generate(request);
          used = reply.usage ?? { input: expected.input, output: estimateTokens(reply.text) };
          return reply;
        } finally {
          this.#end(expected, used);
        }
      },
    };
  }

  #begin(request: LanguageModelRequest): TokenUsage {
    const output = this.#replies === 0 ? FIRST_GUESS : Math.ceil(this.#output / this.#replies);
    const expected = { input: estimateRequestTokens(request), output };
    const input = this.#input + this.#expectedInput + expected.input;
    const total = { input, output: this.#output + this.#expectedOutput + expected.output };
    const { calls, tokens, cost } = this.#budget;
    const spent = this.spent;
    if (calls !== undefined && this.#calls + 1 > calls) throw new BudgetExceededError('calls', calls, this.#calls);
    if (tokens !== undefined && total.input + total.output > tokens) {
      throw new BudgetExceededError('tokens', tokens, spent.usage.input + spent.usage.output);
    }
    if (cost !== undefined && costOf(total, this.#price) > cost)
      throw new BudgetExceededError('cost', cost, spent.cost);
    this.#calls++;
    this.#expectedInput += expected.input;
    this.#expectedOutput += expected.output;
    return expected;
  }

  #end(expected: TokenUsage, used: TokenUsage | undefined): void {
    this.#expectedInput -= expected.input;
    this.#expectedOutput -= expected.output;
    if (used === undefined) return;
    this.#replies++;
    this.#input += used.input;
    this.#output += used.output;
  }
}

/** Tokens of a request, estimated from its length. */
export function estimateRequestTokens({ system, prompt }: LanguageModelRequest): number {
  return estimateTokens(system) + estimateTokens(prompt);
}
