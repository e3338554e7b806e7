import type * as tf from '@tensorflow/tfjs';
import type { TensorFlowNamespace } from '../tensorflow.js';
import { batchMatMul } from './batch-mat-mul.js';
import type { Kernel } from './kernel.js';
import { oneHot } from './one-hot.js';
import { unsortedSegmentSum } from './unsorted-segment-sum.js';

const WASM = 'wasm';
/** Kernels that this module registered. */
const ours = new WeakSet<tf.KernelFunc>();

/**
 * Registers patched kernels for the WASM backend, which must be registered already. Calling it again has no effect. Each kernel has
 * its own file, which describes the bug that it fixes.
 */
export function patchWasm(tf: TensorFlowNamespace): void {
  const [product, transposition] = [tf.getKernel('BatchMatMul', WASM), tf.getKernel('Transpose', WASM)];
  if (ours.has(product.kernelFunc)) return;
  const multiply = product.kernelFunc as unknown as Kernel;
  const transpose = transposition.kernelFunc as unknown as Kernel;
  register(tf, 'BatchMatMul', batchMatMul(multiply, transpose));
  register(tf, 'OneHot', oneHot);
  register(tf, 'UnsortedSegmentSum', unsortedSegmentSum);
}

function register(tf: TensorFlowNamespace, kernelName: string, kernel: Kernel): void {
  const present = tf.getKernel(kernelName, WASM) as tf.KernelConfig | undefined;
  if (present !== undefined) tf.unregisterKernel(kernelName, WASM);
  const kernelFunc = kernel as unknown as tf.KernelFunc;
  ours.add(kernelFunc);
  // A starting backend sets up its kernels, including the replaced one, which the patched one may call.
  const { setupFunc, disposeFunc } = present ?? {};
  tf.registerKernel({
    kernelName,
    backendName: WASM,
    kernelFunc,
    ...(setupFunc && { setupFunc }),
    ...(disposeFunc && { disposeFunc }),
  });
}
