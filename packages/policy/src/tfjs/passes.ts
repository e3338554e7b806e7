import type * as tf from '@tensorflow/tfjs';
import { DivergenceError, ShapeError } from '../errors.js';
import type { ActionEvaluation, Head, Histories, States, Targets, TrainingSettings } from '../network.js';
import { evaluateActions, type Loss, lossOf, type Outputs, type Slopes } from './loss.js';
import { headsOf, type ModelSizes, type TensorFlowModel } from './model.js';
import { makeInputs } from './model-inputs.js';
import { MaskedSoftmax } from './softmax.js';
import type { TensorFlowNamespace } from './tensorflow.js';

/** The outputs of some heads, as tensors. */
type HeadTensors = Partial<Record<Head, tf.Tensor>>;

/** A loss with the gradients of a model's weights; absent for weights on which it does not depend. */
export interface Gradients {
  readonly loss: Loss;
  readonly gradients: Readonly<Record<string, Float32Array>>;
}

/** Forward and backward passes of a model, with plain data as input and output. They are called within `tf.tidy`. */
export class Passes {
  readonly #tf: TensorFlowNamespace;
  readonly #model: TensorFlowModel;
  readonly #sizes: ModelSizes;

  constructor(tf: TensorFlowNamespace, model: TensorFlowModel, sizes: ModelSizes) {
    this.#tf = tf;
    this.#model = model;
    this.#sizes = sizes;
  }

  /**
   * Outputs of the heads for a batch: `[rows, items]`, for `value` `[rows]`. The arrays may belong to the backend.
   * @throws {ShapeError} also for outputs of another size.
   */
  forward<Asked extends Head>(histories: Histories, heads: readonly Asked[]): Record<Asked, Float32Array> {
    return this.#read(this.#heads(histories, heads), histories.rows) as Record<Asked, Float32Array>;
  }

  /** A forward pass, a call with the result that returns the loss, and the backward pass. */
  train(
    states: States,
    actions: Int32Array,
    targets: (seen: ActionEvaluation) => Targets,
    settings: TrainingSettings,
  ): Gradients {
    const heads = headsOf(this.#model);
    const trainable = Object.entries(this.#model.variables).filter(([, variable]) => variable.trainable);
    let loss: Loss | undefined;
    let failure: { readonly error: unknown } | undefined;
    const surrogate = (): tf.Scalar => {
      // If the forward pass throws, TensorFlow.js does not release its records for the backward pass.
      try {
        const tensors = this.#heads(states, heads);
        const outputs = outputsOf(this.#read(tensors, states.rows), states);
        const seen = evaluateActions(outputs, actions);
        loss = lossOf(outputs, seen, actions, targets(seen), settings);
        return this.#withSlopes(tensors, loss.slopes) ?? this.#anchor(trainable[0][1]);
      } catch (error) {
        failure = { error };
        return this.#anchor(trainable[0][1]);
      }
    };
    const { grads } = this.#tf.variableGrads(
      surrogate,
      trainable.map(([, variable]) => variable),
    );
    if (failure !== undefined) throw failure.error;
    const gradients: Record<string, Float32Array> = {};
    for (const [name, variable] of trainable) {
      const gradient: tf.Tensor | undefined = grads[variable.name];
      if (gradient !== undefined) gradients[name] = gradient.dataSync<'float32'>();
    }
    return { loss: loss as Loss, gradients };
  }

  #heads(histories: Histories, heads: readonly Head[]): HeadTensors {
    const state = this.#model.encode(makeInputs(this.#tf, histories, this.#sizes));
    return Object.fromEntries(heads.map((head) => [head, this.#model[head]?.(state)]));
  }

  #read(tensors: HeadTensors, rows: number): Partial<Record<Head, Float32Array>> {
    const { items } = this.#sizes;
    return Object.fromEntries(
      Object.entries(tensors).map(([head, tensor]) => {
        const size = head === 'value' ? rows : rows * items;
        if (tensor.size !== size) throw new ShapeError(`size of the model's '${head}' for ${rows}`, tensor.size, size);
        return [head, tensor.dataSync<'float32'>()];
      }),
    );
  }

  /**
   * A scalar with the given gradient with respect to each head. The slopes are computed in plain TypeScript, in double precision and
   * with exact zeros for masked items; TensorFlow.js backpropagates them.
   */
  #withSlopes(tensors: HeadTensors, slopes: Slopes): tf.Scalar | undefined {
    const terms = Object.entries(slopes).map(([head, numbers]) => this.#sloping(tensors[head as Head], numbers));
    return terms.length === 0 ? undefined : (this.#tf.addN(terms) as tf.Scalar);
  }

  /** A scalar that depends on a weight with gradient 0: TensorFlow.js needs a dependency even if nothing is trained. */
  #anchor(variable: tf.Variable): tf.Scalar {
    return this.#sloping(variable, new Float32Array(variable.size));
  }

  #sloping(tensor: tf.Tensor | undefined, slopes: Float32Array): tf.Scalar {
    const tf = this.#tf;
    const sloping = tf.customGrad((x) => ({
      value: tf.scalar(0),
      gradFunc: () => tf.tensor(slopes, (x as tf.Tensor).shape),
    }));
    return sloping(tensor as tf.Tensor) as tf.Scalar;
  }
}

function outputsOf({ actor, ...others }: Partial<Record<Head, Float32Array>>, states: States): Outputs {
  checkFinite(others.value, 'values');
  checkFinite(others.q, 'action values');
  return { ...others, ...(actor && { softmax: new MaskedSoftmax(actor, states) }) };
}

/** @throws {DivergenceError} */
export function checkFinite(numbers: Float32Array | undefined, what: string): void {
  if (numbers === undefined || numbers.every(Number.isFinite)) return;
  throw new DivergenceError(`The ${what} are not finite: feedback, features or the weights are too large.`);
}
