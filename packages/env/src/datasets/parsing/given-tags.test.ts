import { expect, it } from 'vitest';
import { GivenTags } from './given-tags.js';

it('counts tags whatever their case and the spaces around them, and passes over those without letters', () => {
  const tags = new GivenTags(2);
  for (const tag of ['b', ' Pop', 'a', 'pop ', '', '  ']) tags.add(1, tag);
  expect(tags.of(1)).toEqual(['pop', 'a', 'b']);
  expect(tags.of(0)).toEqual([]);
});

it('keeps the ten most given', () => {
  const tags = new GivenTags(1);
  for (let tag = 0; tag < 15; tag++) for (let times = 0; times <= tag; times++) tags.add(0, `tag ${tag}`);
  expect(tags.of(0)).toEqual(Array.from({ length: 10 }, (_, k) => `tag ${14 - k}`));
});
