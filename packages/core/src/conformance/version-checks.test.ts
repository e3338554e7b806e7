import { expect, test } from 'vitest';
import { ConformanceError } from './checks.js';
import { ofVersion2, versionCheck } from './version-checks.js';

const make = (specificationVersion: unknown) => () => ({ specificationVersion });

test('version 2 passes, and other rules get what was made', () => {
  versionCheck('gate', make('v2')).run();
  const made = { specificationVersion: 'v2' };
  expect(ofVersion2((times: number) => [made][times - 1])(1)).toBe(made);
});

test('version 1 fails the first rule with what to change, and other rules are not run', () => {
  const { name, run } = versionCheck('gate', make('v1'));
  expect(name).toBe("specificationVersion is 'v2'");
  expect(run).toThrow(ConformanceError);
  expect(run).toThrow(/^specificationVersion: expected 'v2', version 2 of the interface: observe .*; found "v1"$/);
  expect(ofVersion2(make('v1'))).toThrow(`not run: specificationVersion is "v1" instead of 'v2'`);
  expect(ofVersion2(make('v1'))).toThrow(expect.objectContaining({ inconclusive: true }));
});

test('another version, or none, fails too', () => {
  expect(versionCheck('policy', make('v3')).run).toThrow(`specificationVersion: expected 'v2'; found "v3"`);
  expect(versionCheck('policy', make(undefined)).run).toThrow(`specificationVersion: expected 'v2'; found undefined`);
  expect(ofVersion2(make(undefined))).toThrow('not run: specificationVersion is undefined');
});
