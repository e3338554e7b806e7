import { attend } from './attention.js';
import { layerNorm } from './layer-norm.js';
import { createDense, type Dense, type Tensor, type TensorFlow } from './tensorflow.js';

/** Length of a text's vector. */
export const DIMENSION = 512;

/** Tokens of a text that the model reads; what follows counts for nothing. */
const MAX_TOKENS = 128;

/** Tokens are found by a search whose time grows with the square of a text's length; no 128 tokens of words are longer. */
const MAX_CHARACTERS = 8192;

/** The least squared length that a vector is divided by. */
const LEAST_SQUARE = 1e-12;

/** Embeds texts: `[texts, DIMENSION]` row-major, each of length 1. */
export type EncodeTexts = (texts: readonly string[]) => Float32Array;

interface Layer {
  readonly attentionNorm: readonly [Float32Array, Float32Array];
  readonly queriesKeysValues: Dense;
  readonly attentionOutput: Dense;
  readonly feedForwardNorm: readonly [Float32Array, Float32Array];
  readonly feedForward: readonly [Dense, Dense];
  /** Brings what goes around the layer's attention to its width, where that is another. */
  readonly residual: Dense | undefined;
}

/**
 * The Universal Sentence Encoder, lite (Cer et al. 2018, arXiv 1803.11175): two layers of a transformer, the mean over
 * the tokens, one layer with tanh, length 1. TensorFlow.js computes the products with the model's matrices, over all
 * tokens of a batch at once and without padding; the rest is computed here. A text's vector is the same to the last bit
 * whatever stands beside it.
 *
 * TensorFlow.js could run the model's own graph. That pads each text to the longest of its batch, lets padding
 * into rounding, and takes a third of its time for attention.
 */
export function createSentenceEncoder(
  tensorFlow: TensorFlow,
  tokenize: (text: string) => number[],
  weights: Readonly<Record<string, readonly Tensor[]>>,
): EncodeTexts {
  const tensor = (ending: string): Tensor => {
    const name = Object.keys(weights).find((each) => each.endsWith(ending));
    if (name === undefined) throw new Error(`the model has no weights that end in ${ending}`);
    return weights[name][0];
  };
  const numbers = (ending: string): Float32Array => tensor(ending).dataSync().slice();
  const [first, last] = [0, 1].map((number) => readLayer(tensorFlow, number, tensor, numbers));
  const embeddings = numbers('Embeddings_en');
  const scales = numbers('TimingSignal/ExpandDims_1');
  const hidden = createDense(tensorFlow, tensor('tanh_layer_0/weights'), tensor('tanh_layer_0/bias'));

  return (texts) => {
    const tokens = texts.map((text) => tokenize(text.slice(0, MAX_CHARACTERS)).slice(0, MAX_TOKENS));
    const starts = [0];
    for (const some of tokens) starts.push(starts[starts.length - 1] + some.length);
    const rows = embedTokens(tokens, embeddings, scales);
    // Texts may all be empty; products of no rows are nothing to ask of the backend.
    if (rows.length === 0) return normalise(hidden(new Float32Array(texts.length * DIMENSION)));
    return normalise(hidden(runLastLayer(last, runLayer(first, rows, starts), starts)));
  };
}

function readLayer(
  tensorFlow: TensorFlow,
  number: number,
  tensor: (ending: string) => Tensor,
  numbers: (ending: string) => Float32Array,
): Layer {
  const prefix = `Layer_${number}/TransformerLayer`;
  const norm = (part: string): [Float32Array, Float32Array] => [
    numbers(`/Encode/${prefix}${part}/layer_prepostprocess/layer_norm/layer_norm_scale/ConcatPartitions/concat`),
    numbers(`/Encode/${prefix}${part}/layer_prepostprocess/layer_norm/layer_norm_bias/ConcatPartitions/concat`),
  ];
  const dense = (kernel: string, bias: string): Dense =>
    createDense(tensorFlow, tensor(`${prefix}/${kernel}`), tensor(`/Encode/${prefix}/${bias}/ConcatPartitions/concat`));
  const attention = (part: string): Dense =>
    dense(`MultiheadAttention/${part}/kernel/part_0`, `MultiheadAttention/${part}/bias`);
  const forward = (part: string): Dense => dense(`FFN/${part}/Tensordot/Reshape_1`, `FFN/${part}/bias`);
  return {
    attentionNorm: norm(''),
    queriesKeysValues: attention('qkv_transform_single'),
    attentionOutput: attention('output_transform_single'),
    feedForwardNorm: norm('/FFN'),
    feedForward: [forward('conv1'), forward('conv2')],
    residual: number === 0 ? dense('dense/kernel/ConcatPartitions/concat', 'dense/bias') : undefined,
  };
}

/** Twice a token's embedding (the graph adds it to itself) and the signal that tells its position. */
function embedTokens(
  texts: readonly (readonly number[])[],
  embeddings: Float32Array,
  scales: Float32Array,
): Float32Array {
  const width = 2 * scales.length;
  const count = texts.reduce((sum, tokens) => sum + tokens.length, 0);
  const rows = new Float32Array(count * width);
  let at = 0;
  for (const tokens of texts) {
    for (const [position, token] of tokens.entries()) {
      for (let k = 0; k < width; k++) {
        const angle = position * scales[k % scales.length];
        const signal = k < scales.length ? Math.sin(angle) : Math.cos(angle);
        rows[at++] = 2 * embeddings[token * width + k] + signal;
      }
    }
  }
  return rows;
}

function runLayer(layer: Layer, rows: Float32Array, starts: readonly number[]): Float32Array {
  const { sum, hidden } = runAttention(layer, rows, starts);
  return add(layer.feedForward[1](hidden), sum);
}

/**
 * The last layer and the mean over each text's tokens. The layer ends with an affine map, which is applied to a text's
 * mean: that is the same, and takes a sixth of the whole time less than the mean of the map.
 * @returns `[texts, DIMENSION]`
 */
function runLastLayer(layer: Layer, rows: Float32Array, starts: readonly number[]): Float32Array {
  const { sum, hidden } = runAttention(layer, rows, starts);
  const mean = add(layer.feedForward[1](means(hidden, starts)), means(sum, starts));
  // A text without tokens has no mean; the model takes zeros.
  for (let text = 0; text + 1 < starts.length; text++) {
    if (starts[text] === starts[text + 1]) mean.fill(0, text * DIMENSION, (text + 1) * DIMENSION);
  }
  return mean;
}

/** Attention with what goes around it, and the rectified units of the feed-forward part. */
function runAttention(
  layer: Layer,
  rows: Float32Array,
  starts: readonly number[],
): { sum: Float32Array; hidden: Float32Array } {
  const width = layer.attentionNorm[0].length;
  const attended = attend(layer.queriesKeysValues(layerNorm(rows, ...layer.attentionNorm)), starts, width);
  const sum = add(layer.attentionOutput(attended), layer.residual?.(rows) ?? rows);
  return { sum, hidden: layer.feedForward[0](layerNorm(sum, ...layer.feedForwardNorm), 'relu') };
}

function add(target: Float32Array, other: Float32Array): Float32Array {
  for (let place = 0; place < target.length; place++) target[place] += other[place];
  return target;
}

/** The mean of each text's rows of `[tokens, width]`; zeros for a text without any. */
function means(rows: Float32Array, starts: readonly number[]): Float32Array {
  const texts = starts.length - 1;
  const width = rows.length / starts[texts];
  const out = new Float32Array(texts * width);
  const sums = new Float64Array(width);
  for (let text = 0; text < texts; text++) {
    const [from, to] = [starts[text], starts[text + 1]];
    sums.fill(0);
    for (let row = from; row < to; row++) for (let k = 0; k < width; k++) sums[k] += rows[row * width + k];
    for (let k = 0; k < width; k++) out[text * width + k] = sums[k] / Math.max(1, to - from);
  }
  return out;
}

function normalise(rows: Float32Array): Float32Array {
  for (let start = 0; start < rows.length; start += DIMENSION) {
    const row = rows.subarray(start, start + DIMENSION);
    let square = 0;
    for (let k = 0; k < DIMENSION; k++) {
      row[k] = Math.tanh(row[k]);
      square += row[k] * row[k];
    }
    const length = Math.sqrt(Math.max(square, LEAST_SQUARE));
    for (let k = 0; k < DIMENSION; k++) row[k] /= length;
  }
  return rows;
}
