import { expect, test } from 'vitest';
import { textOf } from './card.js';

test('a card does not repeat the title at the beginning of the text', () => {
  const texts: [title: string, text: string | undefined, shown: string][] = [
    ['Up', 'Up, a film for children', 'A film for children'],
    ['Up', 'Upwards, a film', 'Upwards, a film'],
    ['Up', 'A film: Up', 'A film: Up'],
    ['Up', 'Up', ''],
    ['Up', '  ', ''],
    ['Up', undefined, ''],
    ['C++', 'C++ – 𝒶 book', '𝒶 book'],
  ];
  for (const [title, text, shown] of texts) {
    expect(textOf({ id: 'x', title, ...(text !== undefined && { text }) })).toBe(shown);
  }
});
