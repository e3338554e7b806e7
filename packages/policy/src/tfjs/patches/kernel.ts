import type * as tf from '@tensorflow/tfjs';

/** The part of the WASM backend that the patched kernels use. */
export interface WasmBackend {
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  /** A view of a tensor's data. It is detached when the memory grows: make all outputs first. */
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array | Int32Array | Uint8Array;
  disposeData(dataId: object): boolean;
}

/** A kernel's arguments. */
export interface KernelCall {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly backend: unknown;
  readonly attrs?: tf.NamedAttrMap;
}

/** Computes one output from its inputs. */
export type Kernel = (call: KernelCall) => tf.TensorInfo;
