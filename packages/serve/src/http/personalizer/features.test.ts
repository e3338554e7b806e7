import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contextFeature, describeAction } from './features.js';

describe('describeAction', () => {
  test('writes nested, listed and plain features as readable text and as attributes', () => {
    const { title, text, attributes } = describeAction([
      { name: 'Pasta', taste: 'salty', spiceLevel: 'medium' },
      { nutrition: { calories: 420, vegan: false }, tags: ['quick', 'warm', 'quick'] },
    ]);
    expect(title).toBe('Pasta');
    expect(text).toBe(
      'name: Pasta; taste: salty; spice level: medium; calories: 420; vegan: false; tags: quick; tags: warm; tags: quick',
    );
    expect(attributes).toEqual({
      name: ['Pasta'],
      taste: ['salty'],
      spiceLevel: ['medium'],
      'nutrition.calories': ['420'],
      'nutrition.vegan': ['false'],
      tags: ['quick', 'warm'],
    });
  });

  test('names such as __proto__ and constructor are data', () => {
    const { attributes } = describeAction([JSON.parse('{"__proto__": {"isAdmin": true}, "constructor": "x"}')]);
    expect(Object.entries(attributes)).toEqual([
      ['__proto__.isAdmin', ['true']],
      ['constructor', ['x']],
    ]);
    expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined();
  });

  test('any JSON gives a description that an item may have', () => {
    const isDescription = (features: readonly unknown[]): void => {
      const description = describeAction(features);
      expect(JSON.stringify(description).length).toBeLessThan(100_000);
      for (const values of Object.values(description.attributes)) {
        for (const value of values) expect(value).toBeTypeOf('string');
      }
    };
    fc.assert(fc.property(fc.array(fc.jsonValue({ maxDepth: 8 })), isDescription));
    isDescription(Array.from({ length: 1_000 }, (_, k) => ({ [`${k}\u0000`.repeat(100)]: '\u0000'.repeat(10_000) })));
    isDescription([{ name: '\u0000'.repeat(1_000_000) }]);
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(describeAction(deep)).toEqual({ text: '', attributes: {} });
  });
});

describe('contextFeature', () => {
  test('finds a feature by its path, in any of the dictionaries', () => {
    const context = [{ device: 'phone' }, { user: { id: 7, tags: ['a'] } }];
    expect(contextFeature(context, 'device')).toBe('phone');
    expect(contextFeature(context, 'user.id')).toBe('7');
    for (const name of ['user', 'user.tags', 'user.name', 'id', '__proto__', 'constructor.name', 'user.id.x']) {
      expect(contextFeature(context, name), name).toBeUndefined();
    }
  });
});
