import { createInterface } from 'node:readline/promises';
import { formatTerms } from './format-terms.js';
import type { DatasetTerms } from './source.js';

/** Input and output of `acceptOnTerminal`. */
export interface TerminalOptions {
  /** Default: standard input. */
  readonly input?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Default: standard error, so that the question does not mix with the program's output. */
  readonly output?: NodeJS.WritableStream;
}

/**
 * An `accept` for `downloadDataset` that shows the terms and asks the user at the terminal. Only `y` and `yes` accept.
 * Without a terminal, the terms are shown and not accepted.
 */
export function acceptOnTerminal(options: TerminalOptions = {}): (terms: DatasetTerms) => Promise<boolean> {
  const { input = process.stdin, output = process.stderr } = options;
  return async (terms) => {
    output.write(`${formatTerms(terms)}\n`);
    if (input.isTTY !== true) return false;
    const questions = createInterface({ input, output });
    // Without this, the caller would wait forever if the input ends without an answer.
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
