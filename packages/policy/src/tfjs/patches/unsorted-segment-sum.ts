import type { Kernel, WasmBackend } from './kernel.js';

/**
 * `unsortedSegmentSum`: row `k` of the input is added to row `segmentIds[k]` of the output. It is the gradient of `gather`, and missing
 * in tfjs-backend-wasm 4.22. Rows with a negative segment are dropped, as in TensorFlow.
 */
export const unsortedSegmentSum: Kernel = ({ inputs, backend, attrs }) => {
  const { x, segmentIds } = inputs;
  const { numSegments } = attrs as unknown as { numSegments: number };
  const wasm = backend as WasmBackend;
  const output = wasm.makeOutput([numSegments, ...x.shape.slice(1)], x.dtype);
  const width = x.shape.slice(1).reduce((size, length) => size * length, 1);
  const from = wasm.typedArrayFromHeap(x);
  const to = wasm.typedArrayFromHeap(output).fill(0);
  wasm.typedArrayFromHeap(segmentIds).forEach((segment, row) => {
    if (segment < 0 || segment >= numSegments) return;
    const [source, target] = [row * width, segment * width];
    for (let column = 0; column < width; column++) to[target + column] += from[source + column];
  });
  return output;
};
