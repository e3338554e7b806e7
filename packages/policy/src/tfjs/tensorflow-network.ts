import { checkInteger, checkSpecification, described, InvalidOptionError, type Random } from '@ialp/core';
import { checkRandom } from '../checks/arguments.js';
import { checkDistinctItems } from '../checks/item-rows.js';
import { checkNamedOptions } from '../checks/options.js';
import { checkChosen, checkHistories, checkItems, checkSample, checkStates } from '../checks/states.js';
import { checkActions, checkTargetsFunction, checkTrainingSettings } from '../checks/training.js';
import { DivergenceError, MissingHeadError } from '../errors.js';
import type {
  ActionEvaluation,
  ActionValues,
  Evaluation,
  Head,
  Histories,
  ItemTensor,
  Network,
  States,
  Targets,
  TrainingReport,
  TrainingSettings,
  Weights,
} from '../network.js';
import { joinState, splitState } from '../persistence/training-state.js';
import { checkItemVariables, writeItemVariables } from './item-variables.js';
import { headsOf, type ModelBuilder, type ModelSizes, type TensorFlowModel } from './model.js';
import { emptyHistory } from './model-inputs.js';
import { createOptimizer, type Optimizer, type OptimizerOptions } from './optimizer.js';
import { checkFinite, Passes } from './passes.js';
import { rank } from './ranking.js';
import { MaskedSoftmax } from './softmax.js';
import type { TensorFlow } from './tensorflow.js';
import { assign, checkWeights, readWeights, writeWeights } from './variables.js';

/** Options of `createTensorFlowNetwork`. */
export interface TensorFlowNetworkOptions {
  /** From `loadTensorFlow`. */
  readonly tensorFlow: TensorFlow;
  /** Items in the catalogue. */
  readonly items: number;
  /** Interactions in a state's history (`L`). Default 10. */
  readonly historyLength?: number;
  /** Number of user features, `userFeatures` of the states. Default 0. */
  readonly userFeatures?: number;
  /** Builds the model: encoder, heads and their weights. */
  readonly model: ModelBuilder;
  /** Default Adam. */
  readonly optimizer?: OptimizerOptions;
  /** Draws the initial weights. */
  readonly random: Random;
}

/**
 * Makes a network from a TensorFlow.js model, which is an encoder with heads. The network does exclusions, softmax, losses, clipping, the
 * optimiser and sampling.
 * @throws {InvalidOptionError} also for a model without a head, or with an unknown name in `actorVariables`.
 * @throws {ShapeError} if the model's outputs do not have these sizes.
 */
export function createTensorFlowNetwork(options: TensorFlowNetworkOptions): Network {
  const example = '{ tensorFlow, items: 100, model: meanModel(), random: createRandom(1) }';
  const names = ['tensorFlow', 'items', 'historyLength', 'userFeatures', 'model', 'random', 'optimizer'] as const;
  checkNamedOptions(options, example, names);
  const { tensorFlow, items, historyLength = 10, userFeatures = 0, model, random } = options;
  const { optimizer = { name: 'adam' } } = options;
  checkInteger('items', items, 1);
  checkInteger('historyLength', historyLength, 1);
  checkInteger('userFeatures', userFeatures, 0);
  checkRandom(random);
  return new TensorFlowNetwork(tensorFlow, { items, historyLength, userFeatures }, model, optimizer, random);
}

class TensorFlowNetwork implements Network {
  readonly specificationVersion = 'v2';
  readonly items: number;
  readonly historyLength: number;
  readonly heads: readonly Head[];
  readonly itemTensors?: readonly ItemTensor[];
  readonly #tensorFlow: TensorFlow;
  readonly #sizes: ModelSizes;
  readonly #build: ModelBuilder;
  readonly #optimizerOptions: OptimizerOptions;
  readonly #random: Random;
  readonly #model: TensorFlowModel;
  readonly #passes: Passes;
  readonly #optimizer: Optimizer;

  constructor(
    tensorFlow: TensorFlow,
    sizes: ModelSizes,
    build: ModelBuilder,
    optimizer: OptimizerOptions,
    random: Random,
  ) {
    this.items = sizes.items;
    this.historyLength = sizes.historyLength;
    this.#tensorFlow = tensorFlow;
    this.#sizes = sizes;
    this.#build = build;
    this.#optimizerOptions = optimizer;
    this.#random = random;
    this.#optimizer = createOptimizer(optimizer);
    this.#model = tensorFlow.run(() => build(tensorFlow.tf, random, sizes));
    this.#passes = new Passes(tensorFlow.tf, this.#model, sizes);
    this.heads = headsOf(this.#model);
    if (this.#model.itemVariables !== undefined) this.itemTensors = this.#model.itemVariables;
    try {
      this.#check();
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  #check(): void {
    checkSpecification(
      'model',
      this.#model,
      ['encode'],
      'a model with an encoder and heads, such as meanModel() builds',
    );
    const { variables, actorVariables = [], itemVariables = [] } = this.#model;
    if (this.heads.length === 0)
      throw new InvalidOptionError('model', described('no head'), "a head: 'actor', 'value' or 'q'");
    const unknown = actorVariables.find((name) => !(name in variables));
    if (unknown !== undefined) {
      throw new InvalidOptionError('model.actorVariables', unknown, `names of ${Object.keys(variables).join(', ')}`);
    }
    checkItemVariables(itemVariables, variables, this.items);
    this.#tensorFlow.run(() => this.#passes.forward(emptyHistory(this.#sizes), this.heads));
  }

  evaluate(states: States): Evaluation {
    this.#checkHead('actor', 'evaluate');
    checkStates(states, this.#sizes);
    const heads = this.heads.filter((head) => head !== 'q');
    const { actor, value } = this.#tensorFlow.run(() => this.#passes.forward(states, heads));
    const softmax = new MaskedSoftmax(actor, states);
    return {
      value: value?.slice() ?? new Float32Array(0),
      propensity: (chosen) => softmax.propensity(chosen, checkChosen(chosen, states)),
      sample(random, sampleOptions) {
        checkRandom(random, 'random', ['uniform']);
        return softmax.sample(random, checkSample(sampleOptions, states.items));
      },
      top: (count) => rank(softmax.probabilities(), states, count),
    };
  }

  values(histories: Histories): Float32Array {
    this.#checkHead('value', 'values');
    checkHistories(histories, this.#sizes);
    return this.#tensorFlow.run(() => this.#passes.forward(histories, ['value'])).value.slice();
  }

  actionValues(states: States): ActionValues {
    this.#checkHead('q', 'actionValues');
    checkStates(states, this.#sizes);
    const { items } = states;
    const { q } = this.#tensorFlow.run(() => this.#passes.forward(states, ['q']));
    checkFinite(q, 'action values');
    return {
      of(chosen) {
        checkItems(chosen, states);
        return Float32Array.from(chosen, (item, row) => q[row * items + item]);
      },
      top: (count) => rank(q, states, count),
    };
  }

  trainStep(
    states: States,
    actions: Int32Array,
    targets: (evaluation: ActionEvaluation) => Targets,
    settings: TrainingSettings,
  ): TrainingReport {
    checkTargetsFunction(targets);
    checkTrainingSettings(settings);
    if (settings.sampledSoftmax !== undefined) {
      throw new InvalidOptionError(
        'settings.sampledSoftmax',
        settings.sampledSoftmax,
        'none: the TensorFlow.js engine trains on the whole catalogue',
      );
    }
    checkStates(states, this.#sizes);
    checkActions(actions, states);
    const taken = actions.subarray(0, states.rows);
    return this.#tensorFlow.run(() => {
      const { loss, gradients } = this.#passes.train(states, taken, targets, settings);
      return { ...loss.report, gradientNorm: this.#update(gradients, loss.learningRate, settings) };
    });
  }

  /** Clips the gradient, makes an optimiser step and returns the gradient's norm. */
  #update(
    gradients: Readonly<Record<string, Float32Array>>,
    learningRate: number,
    { maxGradientNorm }: TrainingSettings,
  ): number {
    let sum = 0;
    for (const gradient of Object.values(gradients)) for (const slope of gradient) sum += slope * slope;
    const norm = Math.sqrt(sum);
    if (!Number.isFinite(norm)) {
      throw new DivergenceError(`The gradient's norm is ${norm}; the weights are unchanged.`);
    }
    const scale = norm > maxGradientNorm ? maxGradientNorm / norm : 1;
    this.#optimizer.begin(learningRate);
    for (const [name, variable] of Object.entries(this.#model.variables)) {
      if (!variable.trainable) continue;
      const before = variable.dataSync<'float32'>();
      const after = this.#optimizer.update(name, before, gradients[name], scale);
      if (after !== before) assign(this.#tensorFlow.tf, variable, after);
    }
    return norm;
  }

  copy(): Network {
    // A fork does not advance the generator; the copy's initial weights are replaced.
    const random = this.#random.fork(0);
    const twin = new TensorFlowNetwork(this.#tensorFlow, this.#sizes, this.#build, this.#optimizerOptions, random);
    twin.setWeights(this.weights());
    return twin;
  }

  scaleActor(factor: number): void {
    this.#checkHead('actor', 'scaleActor');
    if (!Number.isFinite(factor)) throw new InvalidOptionError('factor', factor, 'a finite number');
    const { variables, actorVariables = [] } = this.#model;
    if (actorVariables.length === 0) {
      throw new InvalidOptionError('model.actorVariables', described('none'), "the names of the actor's last weights");
    }
    this.#tensorFlow.run(() => {
      for (const name of actorVariables) {
        const scaled = variables[name].dataSync<'float32'>().map((weight) => factor * weight);
        assign(this.#tensorFlow.tf, variables[name], scaled);
      }
    });
  }

  weights(): Weights {
    return this.#tensorFlow.run(() => readWeights(this.#model.variables));
  }

  setWeights(weights: Weights): void {
    this.#tensorFlow.run(() => writeWeights(this.#tensorFlow.tf, this.#model.variables, weights));
  }

  trainingState(): Weights {
    const weights = this.weights();
    const momentOf = (moment: string): Weights =>
      Object.fromEntries(
        Object.entries(weights).map(([name, { shape, data }]) => [
          name,
          { shape, data: this.#optimizer.recall(name)?.[moment].slice() ?? new Float32Array(data.length) },
        ]),
      );
    const moments = Object.fromEntries(this.#optimizer.moments.map((moment) => [moment, momentOf(moment)]));
    return joinState({ weights, moments, steps: this.#optimizer.steps });
  }

  setTrainingState(state: Weights): void {
    const { variables } = this.#model;
    const { weights, moments, steps } = splitState(state, this.#optimizer.moments);
    for (const part of [weights, ...Object.values(moments)]) checkWeights(variables, part);
    this.setWeights(weights);
    for (const name of Object.keys(variables)) {
      const own = Object.entries(moments).map(([moment, tensors]) => [moment, tensors[name].data]);
      this.#optimizer.remember(name, Object.fromEntries(own));
    }
    this.#optimizer.steps = steps;
  }

  setItemRows(items: Int32Array, rows: Weights): void {
    const { itemTensors } = this;
    if (itemTensors === undefined) {
      throw new InvalidOptionError('model.itemVariables', undefined, 'the variables with a row for each item');
    }
    checkDistinctItems(items, this.items);
    const parts = { tensorFlow: this.#tensorFlow, variables: this.#model.variables, optimizer: this.#optimizer };
    writeItemVariables(parts, itemTensors, items, rows);
  }

  dispose(): void {
    this.#model.dispose?.();
    for (const variable of Object.values(this.#model.variables)) if (!variable.isDisposed) variable.dispose();
  }

  #checkHead(head: Head, what: string): void {
    if (!this.heads.includes(head)) throw new MissingHeadError(head, what);
  }
}
