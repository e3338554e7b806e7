import { createInterface } from 'node:readline/promises';
import { formatTerms } from './format-terms.js';
import type { DatasetTerms } from './source.js';

/** Where the question goes and where the answer comes from. */
export interface TerminalOptions {
  /** Default: standard input. */
  readonly input?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Default: standard error, so that the question does not mix with what a program writes. */
  readonly output?: NodeJS.WritableStream;
}

/**
 * An `accept` for `downloadDataset` that shows the terms and asks the user at the terminal. Only `y` and `yes` accept.
 * Where there is no terminal to ask at, the terms are shown and not accepted.
 */
export function acceptOnTerminal(options: TerminalOptions = {}): (terms: DatasetTerms) => Promise<boolean> {
  const { input = process.stdin, output = process.stderr } = options;
  return async (terms) => {
    output.write(`${formatTerms(terms)}\n`);
    if (input.isTTY !== true) return false;
    const questions = createInterface({ input, output });
    // Without this, an input that ends unanswered would leave the caller waiting for ever.
    const closed = new Promise<string>((resolve) => questions.once('close', () => resolve('')));
    try {
      const answered = questions.question('Download on these terms? [y/N] ').catch(() => '');
      const answer = await Promise.race([answered, closed]);
      return /^y(es)?$/i.test(answer.trim());
    } finally {
      questions.close();
    }
  };
}
