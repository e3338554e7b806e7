import { IalpError, InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { quietly } from '../test-support/tensorflow.js';
import { BackendError } from './backend-error.js';
import { BACKENDS, type BackendLoader } from './backends.js';
import { loadFrom, loadTensorFlow } from './load.js';
import type { BackendName } from './tensorflow.js';

/** The real loaders, some of which fail. */
const loaders = (failing: Partial<Record<BackendName, unknown>>): BackendLoader[] =>
  BACKENDS.map((loader) => ({
    ...loader,
    load: (options) => {
      if (loader.backend in failing) throw failing[loader.backend];
      return loader.load(options);
    },
  }));
const quiet = { log: () => {} };

describe('loadTensorFlow', () => {
  test('takes the fastest backend that loads, and says why not the others', async () => {
    // Its binary is missing, it says so at length, and in an error without a code.
    const failing = loaders({ node: new Error('The Node.js native addon module can not be found.\nPlease run ...') });
    const { backend, skipped, version, tf } = await loadFrom(failing, quiet);
    expect(backend).toBe('wasm');
    expect(tf.getBackend()).toBe('wasm');
    expect(version).toBe('4.22.0');
    expect(skipped).toEqual([
      { backend: 'node', reason: 'The Node.js native addon module can not be found.' },
      { backend: 'cpu', reason: "'wasm' is faster" },
    ]);
  });

  test('takes plain JavaScript where nothing else loads, whatever is thrown', async () => {
    const { backend, skipped } = await loadFrom(loaders({ node: undefined, wasm: 'no' }), quiet);
    expect(backend).toBe('cpu');
    expect(skipped.map(({ reason }) => reason)).toEqual(['undefined', 'no']);
  });

  test('takes the backend that is asked for', async () => {
    const { backend, skipped } = await quietly('cpu');
    expect(backend).toBe('cpu');
    expect(skipped).toEqual([
      { backend: 'node', reason: "'cpu' was asked for" },
      { backend: 'wasm', reason: "'cpu' was asked for" },
    ]);
  });

  test('takes no other than the one asked for: an error says what to install', async () => {
    const loading = loadFrom(loaders({ wasm: new Error('no such package') }), { backend: 'wasm', ...quiet });
    const error = await loading.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BackendError);
    expect(IalpError.isInstance(error)).toBe(true);
    expect((error as BackendError).message).toContain('npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm');
    expect((error as BackendError).skipped).toContainEqual({ backend: 'wasm', reason: 'no such package' });
    expect((error as BackendError).skipped.map(({ backend }) => backend).sort()).toEqual(['cpu', 'node', 'wasm']);
  });

  test('without TensorFlow.js, an error says so', async () => {
    const missing = new Error("Cannot find package '@tensorflow/tfjs'");
    const loading = loadFrom(loaders({ node: missing, wasm: missing, cpu: missing }), quiet);
    await expect(loading).rejects.toThrow(/expected a backend of TensorFlow.js.*npm install @tensorflow\/tfjs$/);
  });

  test('the native backend, which is not installed here, is refused, not replaced', async () => {
    await expect(quietly('node')).rejects.toThrow(BackendError);
  });

  test('takes the native backend where it loads', async () => {
    const { tf } = await quietly('cpu');
    // In place of the package: it registers itself as 'tensorflow', and nothing is computed here.
    tf.registerBackend('tensorflow', tf.findBackendFactory('cpu'));
    const native = loaders({}).map((loader) =>
      loader.backend === 'node' ? { ...loader, load: () => Promise.resolve(tf) } : loader,
    );
    const { backend, skipped, run } = await loadFrom(native, quiet);
    expect(backend).toBe('node');
    expect(skipped.map(({ reason }) => reason)).toEqual(["'node' is faster", "'node' is faster"]);
    expect(run(() => tf.getBackend())).toBe('tensorflow');
    tf.removeBackend('tensorflow');
  });

  test('refuses backends that it does not know', async () => {
    await expect(loadTensorFlow({ backend: 'webgl' as BackendName })).rejects.toThrow(InvalidOptionError);
  });

  test('says once which one is in use', async () => {
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    // `vitest` isolates modules by file, but the tests above have loaded them already.
    const { loadFrom: fresh } = (await import(`./load.js?${'fresh'}`)) as { loadFrom: typeof loadFrom };
    await fresh(loaders({ node: new Error('gone') }), { log });
    await fresh(loaders({ node: new Error('gone') }), { log });
    expect(lines).toEqual([
      "@ialp/policy: TensorFlow.js 4.22.0 computes on 'wasm' (node: gone; cpu: 'wasm' is faster)",
    ]);
  });

  test('has gradients and chained operations', async () => {
    for (const backend of ['cpu', 'wasm'] as const) {
      const { tf, run } = await quietly(backend);
      const slope = run(() => [
        ...tf
          .grad((x: import('@tensorflow/tfjs').Tensor) => x.square().sum())(tf.tensor1d([3]))
          .dataSync(),
      ]);
      expect(slope).toEqual([6]);
    }
  });
});

describe('run', () => {
  test('computes on its own backend, and leaves that of the process and no tensors', async () => {
    const wasm = await quietly('wasm');
    const cpu = await quietly('cpu');
    const { tf } = cpu;
    const before = tf.memory().numTensors;
    const used = wasm.run(() => {
      tf.square(tf.tensor1d([1, 2]));
      return [tf.getBackend(), cpu.run(() => tf.getBackend()), tf.getBackend()];
    });
    expect(used).toEqual(['wasm', 'cpu', 'wasm']);
    expect(tf.getBackend()).toBe('cpu');
    expect(tf.memory().numTensors).toBe(before);
  });

  test('leaves the backend of the process after an error, too', async () => {
    const wasm = await quietly('wasm');
    const { tf } = await quietly('cpu');
    expect(() =>
      wasm.run(() => {
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(tf.getBackend()).toBe('cpu');
  });
});
