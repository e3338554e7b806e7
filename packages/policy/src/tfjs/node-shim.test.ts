import { expect, test } from 'vitest';
import { nodeProcess, shimNodeUtil } from './node-shim.js';

test('gives node:util back what tfjs-node calls, and leaves alone what is there', () => {
  const util = nodeProcess()?.getBuiltinModule?.('node:util') ?? {};
  const { isArray: ownIsArray, isNullOrUndefined: ownIsNullOrUndefined } = util;
  delete util['isNullOrUndefined'];
  const isArray = () => true;
  util['isArray'] = isArray;
  try {
    shimNodeUtil();
    const isNullOrUndefined = util['isNullOrUndefined'] as (value: unknown) => boolean;
    expect([null, undefined, 0, ''].map(isNullOrUndefined)).toEqual([true, true, false, false]);
    expect(util['isArray']).toBe(isArray);
  } finally {
    Object.assign(util, { isArray: ownIsArray, isNullOrUndefined: ownIsNullOrUndefined });
  }
});
