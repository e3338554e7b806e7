import { type Catalogue, checkInteger, InvalidOptionError } from '@ialp/core';
import { cutToTokens, estimateTokens } from '../models/token-estimate.js';
import type { PreferenceQuestion } from '../preference-source.js';
import type { PromptHistoryItem, PromptInput } from '../prompt-template.js';

/** How much of a catalogue's text goes into a prompt. Tokens are estimated from the length of a text. */
export interface PromptLimits {
  /** Of one item or persona; longer texts are cut. Default 48. */
  readonly maxItemTokens?: number;
  /** Of all texts of a question; the oldest of a user's history is left out until it fits. Default 1,200. */
  readonly maxTextTokens?: number;
}

/** Makes what a template puts into words. */
export type PromptInputOf = (question: PreferenceQuestion) => PromptInput;

/**
 * Cuts a catalogue's texts once, then looks them up.
 * @throws {InvalidOptionError} for a budget out of range; what it gives throws for an item that the catalogue has not, and
 *   for candidates that do not fit by themselves.
 */
export function promptInputs(catalogue: Catalogue, budget: PromptLimits): PromptInputOf {
  const { maxItemTokens = 48, maxTextTokens = 1200 } = budget;
  for (const [option, value] of Object.entries({ maxItemTokens, maxTextTokens })) {
    checkInteger(option, value, 1);
  }
  const texts = catalogue.items.map(({ text }) => clean(text, maxItemTokens));
  const textOf = (item: number): string => {
    if (texts[item] === undefined) throw new InvalidOptionError('item', item, `one from 0 to ${texts.length - 1}`);
    return texts[item];
  };
  return ({ state, candidates: items }) => {
    const candidates = items.map(textOf);
    const persona = state.persona === undefined ? undefined : clean(state.persona, maxItemTokens);
    let left = maxTextTokens - total(candidates) - (persona === undefined ? 0 : estimateTokens(persona));
    if (left < 0) {
      const expected = `at least ${maxTextTokens - left}, what these ${items.length} candidates take; or fewer candidates`;
      throw new InvalidOptionError('maxTextTokens', maxTextTokens, expected);
    }
    const history: PromptHistoryItem[] = [];
    for (let k = state.items.length - 1; k >= 0; k--) {
      const text = textOf(state.items[k]);
      left -= estimateTokens(text);
      if (left < 0) break;
      history.unshift({ text, feedback: state.feedback[k] });
    }
    return { ...(persona !== undefined && { persona }), history, candidates };
  };
}

/** A text in which no mark can stand, on one line and cut. */
function clean(text: string, tokens: number): string {
  return cutToTokens(text.replace(/[<>]/g, ' '), tokens);
}

function total(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + estimateTokens(text), 0);
}
