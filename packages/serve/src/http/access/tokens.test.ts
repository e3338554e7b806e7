import { InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Role, type Tokens, tokenLookup } from './tokens.js';

const token = fc.stringMatching(/^[\x21-\x7e]{16,40}$/);

test('a token has the roles of all lists that it is in, any other text has none', () => {
  const lists = fc.record({
    deciding: fc.array(token, { minLength: 1, maxLength: 4 }),
    feedback: fc.array(token, { maxLength: 4 }),
    shared: token,
  });
  fc.assert(
    fc.property(lists, fc.string(), ({ deciding, feedback, shared }, other) => {
      const tokens = { deciding: [...deciding, shared], feedback: [...feedback, shared], administration: shared };
      const lookup = tokenLookup(tokens)!;
      const listed = Object.entries(tokens).map(([role, list]) => [role as Role, [list].flat()] as const);
      for (const each of [...deciding, ...feedback, shared, other, `${shared} `, shared.slice(1)]) {
        const roles = listed.flatMap(([role, list]) => (list.includes(each) ? [role] : []));
        expect([...(lookup(each)?.roles ?? [])].sort()).toEqual(roles.sort());
      }
    }),
  );
});

test('short tokens are refused, in a message that does not contain them', () => {
  for (const bad of ['', 'hunter2', 'with space inside it', 'ünïcödé-ünïcödé-ünïcödé', 7]) {
    const build = () => tokenLookup({ feedback: [bad as string] });
    expect(build).toThrow(InvalidOptionError);
    expect(build).toThrow('tokens.feedback');
    expect(build).toThrow('openssl');
    if (typeof bad === 'string' && bad !== '') expect(build).not.toThrow(bad);
  }
  expect(() => tokenLookup({ decide: 'x'.repeat(16) } as object)).toThrow('deciding');
});

test('without the option there is no lookup, and all routes are open', () => {
  expect(tokenLookup(undefined)).toBeUndefined();
});

test('an option that holds no token is refused, and named', () => {
  for (const [tokens, option] of [
    [{}, 'tokens'],
    [{ deciding: [] }, 'tokens.deciding'],
    // Environment variables that are not set.
    [{ feedback: undefined, administration: undefined }, 'tokens.feedback'],
  ] as const) {
    expect(() => tokenLookup(tokens as unknown as Tokens)).toThrow(
      expect.objectContaining({ name: 'InvalidOptionError', option }),
    );
  }
  expect(tokenLookup({ deciding: undefined, feedback: 'x'.repeat(16) } as unknown as Tokens)).toBeDefined();
});
