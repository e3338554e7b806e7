import {
  checkObject,
  checkOptionNames,
  type ErrorRecognizer,
  IalpError,
  InvalidOptionError,
  recognizerOf,
} from '@ialp/core';
import type { TokenUsage } from '../language-model.js';

/** Limits of a run. An absent limit means no limit. */
export interface Budget {
  /** Calls to the model, retries included. Replies from a store are not calls. */
  readonly calls?: number;
  /** Input and output tokens together. */
  readonly tokens?: number;
  /** Cost, in the currency of the price. */
  readonly cost?: number;
}

/** Price of a million tokens, in any currency. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
}

/** Calls, tokens and cost so far. */
export interface Spending {
  readonly calls: number;
  readonly usage: TokenUsage;
  /** Cost in the currency of the price; 0 without a price. */
  readonly cost: number;
  /** Calls whose token counts the server did not report in full; the missing counts are estimated from the length of the texts. */
  readonly estimatedCalls: number;
}

/** A call was not made because it might have exceeded a limit. */
export class BudgetExceededError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<BudgetExceededError> = /* @__PURE__ */ recognizerOf(
    'ialp.llm-user.error.budget-exceeded',
  );
  override name = 'BudgetExceededError';
  /** The limit that would have been exceeded. */
  readonly limit: keyof Budget;

  constructor(limit: keyof Budget, allowed: number, spent: number) {
    super(
      `The budget is used up: ${limit} may be ${allowed}, ${round(spent)} are spent, and one more call would go over it.`,
    );
    this.limit = limit;
  }
}

/** Cost of tokens. */
export function costOf({ input, output }: TokenUsage, price: TokenPrice | undefined): number {
  return price === undefined ? 0 : (input * price.input + output * price.output) / 1e6;
}

/** @throws {InvalidOptionError} for limits that are not numbers of at least 0, or an incomplete price. */
export function checkBudget(budget: Budget, price: TokenPrice | undefined): void {
  checkObject('budget', budget, 'an object such as { calls: 1000 }; leave it out for no limit');
  checkOptionNames(budget, ['calls', 'tokens', 'cost'], { option: 'budget' });
  const limits = { 'budget.calls': budget.calls, 'budget.tokens': budget.tokens, 'budget.cost': budget.cost };
  for (const [option, value] of Object.entries(limits)) {
    if (value !== undefined && !(typeof value === 'number' && value >= 0))
      throw new InvalidOptionError(option, value, 'a number of at least 0');
  }
  if (price !== undefined) checkPrice(price);
  if (budget.cost !== undefined && price === undefined) {
    throw new InvalidOptionError('price', price, 'the price of tokens, because budget.cost limits the cost');
  }
}

function checkPrice(price: TokenPrice): void {
  checkObject('price', price, 'an object such as { input: 0.15, output: 0.6 }, for a million tokens');
  checkOptionNames(price, ['input', 'output'], { option: 'price' });
  for (const [option, value] of Object.entries({ 'price.input': price.input, 'price.output': price.output })) {
    // With half of a price the cost would be NaN, and a limit would never be reached.
    if (!(Number.isFinite(value) && value >= 0))
      throw new InvalidOptionError(option, value, 'a finite number of at least 0; a price needs both input and output');
  }
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
