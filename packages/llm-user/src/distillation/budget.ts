import { InvalidOptionError, LlmUserError } from '../errors.js';
import { hasMarker } from '../has-marker.js';
import type { TokenUsage } from '../language-model.js';

const BUDGET_EXCEEDED_ERROR: unique symbol = Symbol.for('ialp.llm-user.error.BudgetExceededError') as never;

/** What may be spent. A limit that is absent is none. */
export interface Budget {
  /** Calls to the model, further tries among them. What comes from a store is no call. */
  readonly calls?: number;
  /** Tokens, in and out together. */
  readonly tokens?: number;
  /** In the currency of the price. */
  readonly cost?: number;
}

/** What a model's tokens cost, in any currency, by the million. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
}

/** What was spent. */
export interface Spending {
  readonly calls: number;
  readonly usage: TokenUsage;
  /** In the currency of the price; 0 where there is none. */
  readonly cost: number;
  /** Calls of which the server did not say what they took; their tokens are estimated from the length of the texts. */
  readonly estimatedCalls: number;
}

/** A call was not made because it would, or may, have gone over a limit. */
export class BudgetExceededError extends LlmUserError {
  override name = 'BudgetExceededError';
  /** Which limit. */
  readonly limit: keyof Budget;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is BudgetExceededError {
    return hasMarker(value, BUDGET_EXCEEDED_ERROR);
  }

  /** @internal */
  get [BUDGET_EXCEEDED_ERROR](): true {
    return true;
  }

  constructor(limit: keyof Budget, allowed: number, spent: number) {
    super(
      `The budget is used up: ${limit} may be ${allowed}, ${round(spent)} are spent, and one more call would go over it.`,
    );
    this.limit = limit;
  }
}

/** What tokens cost. */
export function costOf({ input, output }: TokenUsage, price: TokenPrice | undefined): number {
  return price === undefined ? 0 : (input * price.input + output * price.output) / 1e6;
}

/** @throws {InvalidOptionError} for limits or prices that are no numbers of at least 0. */
export function requireBudget(budget: Budget, price: TokenPrice | undefined): void {
  const fields = { 'budget.calls': budget.calls, 'budget.tokens': budget.tokens, 'budget.cost': budget.cost };
  const prices = { 'price.input': price?.input, 'price.output': price?.output };
  for (const [option, value] of Object.entries({ ...fields, ...prices })) {
    if (value !== undefined && !(value >= 0)) throw new InvalidOptionError(option, value, 'a number of at least 0');
  }
  if (budget.cost !== undefined && price === undefined) {
    throw new InvalidOptionError('price', 'none', 'the price of tokens, beside a limit to the cost');
  }
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
