/**
 * TensorFlow.js on its WASM backend as published, in the form in which `loadTensorFlow` gives a backend. The gradient of
 * `gather` it lacks altogether, so it gets that, in JavaScript; all else is as it comes.
 */
export async function loadPublishedWasm() {
  const { default: tf } = await import('@tensorflow/tfjs');
  await import('@tensorflow/tfjs-backend-wasm');
  tf.registerKernel({ kernelName: 'UnsortedSegmentSum', backendName: 'wasm', kernelFunc: unsortedSegmentSum });
  if (!(await tf.setBackend('wasm'))) throw new Error('its WASM backend did not start');
  return { tf, backend: 'wasm', version: tf.version_core, skipped: [], run: (compute) => inTidy(tf, compute) };
}

function inTidy(tf, compute) {
  let result;
  tf.tidy(() => {
    result = compute();
  });
  return result;
}

function unsortedSegmentSum({ inputs: { x, segmentIds }, backend, attrs: { numSegments } }) {
  const width = x.shape.slice(1).reduce((size, length) => size * length, 1);
  const output = backend.makeOutput([numSegments, ...x.shape.slice(1)], x.dtype);
  const to = backend.typedArrayFromHeap(output).fill(0);
  const from = backend.typedArrayFromHeap(x);
  backend.typedArrayFromHeap(segmentIds).forEach((segment, row) => {
    for (let column = 0; column < width; column++) to[segment * width + column] += from[row * width + column];
  });
  return output;
}
