import { expect, test } from 'vitest';
import { textOf } from '../learning/catalogue.js';
import { createMemoryModelStore } from '../memory/model-store.js';
import { openTextEncoder } from './text-encoder.js';

test('a learner on another host embeds later texts into the space of the first catalogue', async () => {
  const store = createMemoryModelStore();
  const items = ['Green tea', 'Black tea', 'A bicycle pump', 'A saddle'].map((title) => ({ id: title, title }));
  const { vectors, dimension } = await (await openTextEncoder(store))!.embedCatalogue(items);
  const another = await openTextEncoder(store.reopen());
  const [embedded] = await another!.embed([textOf(items[2]!)]);
  const expected = [...vectors.subarray(2 * dimension, 3 * dimension)];
  expect(Array.from(embedded!, (value) => value.toFixed(4))).toEqual(expected.map((value) => value.toFixed(4)));
});
