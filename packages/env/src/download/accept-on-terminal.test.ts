import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { fakeTerminal, sourceOf } from '../test-support/source.js';
import { acceptOnTerminal } from './accept-on-terminal.js';

const { terms } = sourceOf([]);

describe('acceptOnTerminal', () => {
  it.each([
    ['y\n', true],
    ['YES\n', true],
    [' yes \n', true],
    ['n\n', false],
    ['\n', false],
    ['yeah\n', false],
    ['', false],
  ])('takes %j for %s', async (answer, accepted) => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const { stream, written } = fakeTerminal(false);
    const asking = acceptOnTerminal({ input, output: stream })(terms);
    input.end(answer);
    expect(await asking).toBe(accepted);
    expect(written()).toContain('Made Up 1.0, published by A. Nobody');
    for (const text of [terms.summary, terms.link, terms.citation]) expect(written()).toContain(text);
    expect(written()).toContain('Download on these terms? [y/N]');
  });

  it('shows the terms and accepts nothing where there is no terminal', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: false });
    const { stream, written } = fakeTerminal(false);
    input.write('y\n');
    expect(await acceptOnTerminal({ input, output: stream })(terms)).toBe(false);
    expect(written()).toContain(terms.summary);
    expect(written()).not.toContain('[y/N]');
  });
});
