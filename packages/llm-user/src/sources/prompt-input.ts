import { type Catalogue, checkInteger, InvalidOptionError } from '@ialp/core';
import { checkQuestion } from '../check-inputs.js';
import { cutToTokens, estimateTokens } from '../models/token-estimate.js';
import type { PreferenceQuestion } from '../preference-source.js';
import type { PromptHistoryItem, PromptInput } from '../prompt-template.js';

/** Limits of the catalogue's text in a prompt. Tokens are estimated from the length of a text. */
export interface PromptLimits {
  /** Tokens of one item or persona; longer texts are cut. Default 48. */
  readonly maxItemTokens?: number;
  /** Tokens of all texts of a question; the oldest items of the history are dropped to fit. Default 1,200. */
  readonly maxTextTokens?: number;
}

/** Looks up the texts of a question. */
export type PromptInputOf = (question: PreferenceQuestion) => PromptInput;

/**
 * Cuts the texts of a catalogue once and returns a function that looks them up.
 * @throws {InvalidOptionError} for limits out of range. The returned function throws for no candidates, repeated ones, items out of
 *   range, and candidates that exceed `maxTextTokens` by themselves.
 */
export function promptInputs(catalogue: Catalogue, limits: PromptLimits): PromptInputOf {
  const { maxItemTokens = 48, maxTextTokens = 1200 } = limits;
  for (const [option, value] of Object.entries({ maxItemTokens, maxTextTokens })) {
    checkInteger(option, value, 1);
  }
  const texts = catalogue.items.map(({ text }) => clean(text, maxItemTokens));
  return (question) => {
    checkQuestion(question, texts.length);
    const { state, candidates: items } = question;
    const candidates = items.map((item) => texts[item]);
    const persona = state.persona === undefined ? undefined : clean(state.persona, maxItemTokens);
    let left = maxTextTokens - total(candidates) - (persona === undefined ? 0 : estimateTokens(persona));
    if (left < 0) {
      const expected = `at least ${maxTextTokens - left}, what these ${items.length} candidates take; or fewer candidates`;
      throw new InvalidOptionError('maxTextTokens', maxTextTokens, expected);
    }
    const history: PromptHistoryItem[] = [];
    for (let k = state.items.length - 1; k >= 0; k--) {
      const text = texts[state.items[k]];
      left -= estimateTokens(text);
      if (left < 0) break;
      history.unshift({ text, feedback: state.feedback[k] });
    }
    return { ...(persona !== undefined && { persona }), history, candidates };
  };
}

/** A text on one line, cut to length, without angle brackets: it cannot close the mark `</item>`. */
function clean(text: string, tokens: number): string {
  return cutToTokens(text.replace(/[<>]/g, ' '), tokens);
}

function total(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + estimateTokens(text), 0);
}
