import fc from 'fast-check';
import { expect, test } from 'vitest';
import { initials, titleOf } from './cover.js';

test('initials are those of the first two words that are no articles', () => {
  const cases = {
    'The Dark Knight': 'DK',
    Up: 'U',
    '2001: A Space Odyssey': '2S',
    'Ça commence': 'ÇC',
    千と千尋の神隠し: '千',
    A: 'A',
    '🎬🎥': '🎬',
    '<img src=x>': 'IS',
    '': '',
  };
  expect(Object.fromEntries(Object.keys(cases).map((title) => [title, initials(title)]))).toEqual(cases);
});

test('initials of any text are short, ligatures and ß in capitals included', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (title) => {
      expect([...new Intl.Segmenter().segment(initials(title))].length).toBeLessThanOrEqual(6);
    }),
  );
});

test('an item is called by what can be seen of its title or id', () => {
  const items = [
    { id: 'a', title: ' T ' },
    { id: 'a' },
    { id: 'a', title: ' ' },
    { id: ' ' },
    { id: '\u200b', title: '' },
  ];
  expect(items.map(titleOf)).toEqual(['T', 'a', 'a', 'Untitled', 'Untitled']);
  expect(titleOf({ id: '🎬' })).toBe('🎬');
});
