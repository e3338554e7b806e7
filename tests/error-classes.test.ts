import { readdirSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { entryPointsOf } from '../scripts/entry-points.mjs';

/*
 * `isInstance` of every error class that an entry point of a package exports: what it says must be what `instanceof`
 * says, for every pair of classes of all packages, and for a second copy of the package as well.
 */

const packages = fileURLToPath(new URL('../packages', import.meta.url));
const NAMES = readdirSync(packages);

interface ErrorClass {
  readonly name: string;
  readonly prototype: Error;
  isInstance?(value: unknown): boolean;
}

/** The error classes of every package by `package/class`. */
type Classes = Map<string, ErrorClass>;

/** Loads all packages anew. */
async function load(): Promise<Classes> {
  vi.resetModules();
  const classes: Classes = new Map();
  for (const name of NAMES) {
    for (const { code } of entryPointsOf(name)) {
      for (const [key, value] of Object.entries<unknown>(await import(code))) {
        if (typeof value !== 'function' || !(value.prototype instanceof Error)) continue;
        const id = `${name}/${key}`;
        expect(classes.get(id) ?? value, `${id} of two entry points is one class`).toBe(value);
        classes.set(id, value as unknown as ErrorClass);
      }
    }
  }
  return classes;
}

/** An error of a class, whatever its constructor takes. */
const errorOf = (type: ErrorClass): Error => Object.create(type.prototype);
const isOrExtends = (type: ErrorClass, base: ErrorClass): boolean =>
  type === base || type.prototype instanceof (base as unknown as ErrorConstructor);

let first: Classes;
let second: Classes;

beforeAll(async () => {
  first = await load();
  second = await load();
});
afterAll(() => vi.resetModules());

test('every package exports error classes, and the second copy is another one', () => {
  expect([...second.keys()]).toEqual([...first.keys()]);
  for (const name of NAMES) expect([...first.keys()].filter((id) => id.startsWith(`${name}/`))).not.toEqual([]);
  for (const [id, type] of first) expect(second.get(id), id).not.toBe(type);
});

describe.each(NAMES)('@ialp/%s', (name) => {
  test('isInstance of every error class is true for itself and what extends it, of any copy, and for nothing else', () => {
    const wrong: string[] = [];
    for (const [id, type] of first) {
      if (!id.startsWith(`${name}/`)) continue;
      expect(type.isInstance, `${id} has an isInstance`).toBeTypeOf('function');
      const { isInstance } = type;
      for (const [otherId, other] of first) {
        const expected = isOrExtends(other, type);
        for (const [copy, error] of [
          ['', errorOf(other)],
          ['another copy of ', errorOf(second.get(otherId)!)],
        ] as const) {
          // Called without its class, as `errors.filter(DatasetError.isInstance)` does.
          if (isInstance!(error) !== expected) wrong.push(`${id}.isInstance(${copy}${otherId}) should be ${expected}`);
        }
      }
      for (const other of [new Error('plain'), { name: type.name }, null, undefined, type.name, 0, () => {}]) {
        if (isInstance!(other)) wrong.push(`${id}.isInstance(${String(other)}) should be false`);
      }
    }
    expect(wrong, 'give each class a marker of its own, as errors.ts does').toEqual([]);
  });

  test('every error class that extends the base of the package is exported', async () => {
    const ofPackage = [...first].filter(([id]) => id.startsWith(`${name}/`));
    const exported = new Set(ofPackage.map(([id]) => id.slice(name.length + 1)));
    const forgotten: string[] = [];
    const source = join(packages, name, 'src');
    for (const file of await readdir(source, { recursive: true })) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
      const code = await readFile(join(source, file), 'utf8');
      for (const [, type, base] of code.matchAll(/^(?:export )?class (\w+) extends (\w+)/gm)) {
        if (exported.has(base) && !exported.has(type)) forgotten.push(`${type} (${file})`);
      }
    }
    expect(forgotten, 'export it, so that callers can tell it from others').toEqual([]);
  });
});
