import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createRandom } from '@ialp/core';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { batchMatMul } from './batch-mat-mul.js';
import type { Kernel } from './kernel.js';
import { patchWasm } from './patch-wasm.js';

// Without its advice to install the native backend.
tf.env().set('IS_TEST', true);

/** Runs on one backend, and gives the numbers. */
async function on(backend: string, compute: () => tf.Tensor): Promise<number[]> {
  await tf.setBackend(backend);
  return tf.tidy(() => [...compute().dataSync()]);
}

const random = createRandom(3);
const normals = (...shape: number[]): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((size, length) => size * length, 1) }, () => random.normal()),
    shape,
  );

const INDICES = [2, 0, -1, 3, 1, 4];
const oneHot = (dtype: 'float32' | 'int32' | 'bool', onValue = 1, offValue = 0) =>
  tf.oneHot(tf.tensor2d(INDICES, [2, 3], 'int32'), 4, onValue, offValue, dtype);

/** The gradient of `gather`, of which each picked row has another slope. */
function gatherGradient(indices: tf.Tensor, axis: number): tf.Tensor {
  const table = tf.tensor(
    Float32Array.from({ length: 24 }, (_, k) => Math.sin(k)),
    [4, 3, 2],
  );
  return tf.grad((x: tf.Tensor) => tf.sum(tf.square(tf.square(tf.gather(x, indices, axis)))))(table);
}

const GATHERS: [name: string, make: () => tf.Tensor][] = [
  ['rows', () => gatherGradient(tf.tensor1d([1, 3, 1, 0, 1], 'int32'), 0)],
  ['a table of rows', () => gatherGradient(tf.tensor2d([1, 3, 1, 0, 1, 1], [2, 3], 'int32'), 0)],
  ['columns', () => gatherGradient(tf.tensor1d([2, 2, 0], 'int32'), 1)],
  [
    'unsortedSegmentSum of int32',
    () => tf.unsortedSegmentSum(tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2], 'int32'), tf.tensor1d([2, -1, 2], 'int32'), 4),
  ],
];

const PRODUCTS = [false, true].flatMap((transposeA) =>
  [false, true].flatMap((transposeB) => [[], [3], [2, 2]].map((batch) => ({ transposeA, transposeB, batch }))),
);

/** What the backend says where nothing has corrected it: in a process of its own, as corrections last as long as the process. */
async function uncorrected(): Promise<{ ints: number[]; floats: number[]; gradient: string }> {
  const program = `
    import * as tf from '@tensorflow/tfjs';
    import '@tensorflow/tfjs-backend-wasm';
    tf.env().set('IS_TEST', true);
    await tf.setBackend('wasm');
    const oneHot = (dtype) => [...tf.oneHot(tf.tensor2d(${JSON.stringify(INDICES)}, [2, 3], 'int32'), 4, 1, 0, dtype).dataSync()];
    let gradient = 'none';
    try {
      tf.grad((table) => tf.sum(tf.gather(table, tf.tensor1d([1, 3, 1], 'int32'))))(tf.ones([4, 3])).dataSync();
    } catch (error) {
      gradient = error.message;
    }
    console.log(JSON.stringify({ ints: oneHot('int32'), floats: oneHot('float32'), gradient }));
  `;
  const args = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

test('without the patches oneHot writes integers into other types, and gather has no gradient', async () => {
  const { ints, floats, gradient } = await uncorrected();
  expect(ints).toEqual(await on('cpu', () => oneHot('int32')));
  expect(floats[2]).toBeCloseTo(1.4e-45, 46);
  expect(gradient).toMatch('UnsortedSegmentSum');
});

describe('with the patches', () => {
  beforeAll(() => {
    patchWasm(tf);
    patchWasm(tf);
  });

  test.each([
    ['float32', 1, 0],
    ['float32', 0.5, -2.5],
    ['int32', 1, 0],
    ['int32', 5, -1],
    ['bool', 1, 0],
  ] as const)('oneHot %s, %d and %d, is that of the plain backend', async (dtype, onValue, offValue) => {
    const found = await on('wasm', () => oneHot(dtype, onValue, offValue));
    expect(found).toEqual(await on('cpu', () => oneHot(dtype, onValue, offValue)));
  });

  test.each(GATHERS)('the gradient of gathering %s is that of the plain backend', async (_, make) => {
    const [found, expected] = [await on('wasm', make), await on('cpu', make)];
    expect(found.length).toBe(expected.length);
    for (const [k, value] of expected.entries()) expect(found[k]).toBeCloseTo(value, 5);
  });

  test.each(PRODUCTS)(
    '$batch products, transposed $transposeA and $transposeB, are those of the plain backend',
    async ({ transposeA, transposeB, batch }) => {
      for (const [rows, inner, columns] of [
        [5, 7, 3],
        [1, 4, 6],
        [6, 1, 2],
        [3, 8, 1],
      ]) {
        const a = normals(...batch, ...(transposeA ? [inner, rows] : [rows, inner]));
        const b = normals(...batch, ...(transposeB ? [columns, inner] : [inner, columns]));
        const product = () => tf.matMul(a, b, transposeA, transposeB);
        const [found, expected] = [await on('wasm', product), await on('cpu', product)];
        expect(found.length).toBe(expected.length);
        for (const [k, value] of expected.entries()) expect(found[k]).toBeCloseTo(value, 5);
      }
    },
  );

  test('one matrix of a batch serves all of the other', async () => {
    const [a, b] = [normals(3, 4, 5), normals(1, 6, 5)];
    const product = () => tf.matMul(a, b, false, true);
    const [found, expected] = [await on('wasm', product), await on('cpu', product)];
    for (const [k, value] of expected.entries()) expect(found[k]).toBeCloseTo(value, 5);
  });

  test('no product is asked of the backend with a transposed matrix: those are what is slow', async () => {
    const asked: unknown[] = [];
    const multiply = tf.getKernel('BatchMatMul', 'cpu').kernelFunc as unknown as Kernel;
    const transpose = tf.getKernel('Transpose', 'cpu').kernelFunc as unknown as Kernel;
    const product = batchMatMul((call) => {
      asked.push(call.attrs?.['transposeA'], call.attrs?.['transposeB']);
      return multiply(call);
    }, transpose);
    await tf.setBackend('cpu');
    const [a, b] = [normals(4, 3), normals(5, 4)];
    product({ inputs: { a, b }, backend: tf.backend(), attrs: { transposeA: true, transposeB: true } });
    expect(asked).toEqual([false, false]);
  });

  test('no memory is left behind, and other backends are as they were', async () => {
    await tf.setBackend('wasm');
    const before = [tf.memory().numTensors, tf.engine().backend.numDataIds()];
    for (let times = 0; times < 10; times++) {
      tf.tidy(() => {
        tf.matMul(normals(4, 1), normals(1, 4), true, true);
        tf.matMul(normals(2, 3, 4), normals(2, 3, 4), true, false);
        oneHot('float32');
        gatherGradient(tf.tensor1d([1, 1], 'int32'), 0);
      });
    }
    expect([tf.memory().numTensors, tf.engine().backend.numDataIds()]).toEqual(before);
    expect(tf.getKernel('OneHot', 'cpu').kernelFunc).not.toBe(tf.getKernel('OneHot', 'wasm').kernelFunc);
  });
});
