import type { Random } from '@ialp/env';
import { DivergenceError, InvalidOptionError } from '../errors.js';
import type {
  ActionEvaluation,
  Evaluation,
  Histories,
  Network,
  States,
  Targets,
  TrainingReport,
  TrainingSettings,
  Weights,
} from '../network.js';
import { requireInteger } from '../options.js';
import type { Action } from '../policy.js';
import { requireAllowed } from './allowed-actions.js';
import { Arena } from './arena.js';
import { type Kernels, loadKernels } from './kernels.js';
import { Parameters, POOLED_EXTRA, padded, type Sizes } from './parameters.js';
import { Workspace } from './workspace.js';

/** Options of `createNetwork`. */
export interface NetworkOptions {
  /** Items in the catalogue. */
  readonly items: number;
  /** Interactions that a state shows (`L`). Default 10. */
  readonly historyLength?: number;
  /** Length of an item's embedding; a multiple of 4. Default 32. */
  readonly embedding?: number;
  /** Hidden units; a multiple of 4. Default 64. */
  readonly hidden?: number;
  /** Draws the first weights. */
  readonly random: Random;
}

/** Adam's decay rates and the number that keeps its denominator from 0, as in Kingma and Ba 2015. */
const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;
/** First standard deviation of the actor's output layer: small, so that the first policy is nearly uniform. */
const ACTOR_DEVIATION = 0.01;

/**
 * The built-in network: mean pooling over the history (an item liked and the same item passed over have embeddings of
 * their own, weighted by the feedback), one hidden layer of rectified units, a softmax actor over the allowed items and
 * a critic. Forward, backward and Adam run in WebAssembly SIMD.
 * @throws {InvalidOptionError}
 */
export function createNetwork({
  items,
  historyLength = 10,
  embedding = 32,
  hidden = 64,
  random,
}: NetworkOptions): Network {
  requireInteger('items', items, 1);
  requireInteger('historyLength', historyLength, 1);
  for (const [option, value] of Object.entries({ embedding, hidden })) {
    if (!Number.isSafeInteger(value) || value < 4 || value % 4 !== 0) {
      throw new InvalidOptionError(option, value, 'a positive multiple of 4');
    }
  }
  const network = new MeanPoolingNetwork({ items, embedding, hidden }, historyLength);
  network.initialize(random);
  return network;
}

class MeanPoolingNetwork implements Network {
  readonly items: number;
  readonly historyLength: number;
  readonly #sizes: Sizes;
  readonly #arena = new Arena();
  readonly #parameters: Parameters;
  readonly #workspace: Workspace;
  readonly #kernels: Kernels;
  #steps = 0;

  constructor(sizes: Sizes, historyLength: number) {
    this.items = sizes.items;
    this.historyLength = historyLength;
    this.#sizes = sizes;
    this.#parameters = new Parameters(this.#arena, sizes);
    this.#workspace = new Workspace(this.#arena, sizes, historyLength);
    this.#kernels = loadKernels(this.#arena.memory);
  }

  initialize(random: Random): void {
    const { embedding, hidden } = this.#sizes;
    // Embeddings of unit length on average; He et al. 2015 for the rectified layer.
    this.#parameters.fillNormal('liked', 1 / Math.sqrt(embedding), random);
    this.#parameters.fillNormal('passed', 1 / Math.sqrt(embedding), random);
    this.#parameters.fillNormal('hidden', Math.sqrt(2 / (embedding + POOLED_EXTRA)), random);
    this.#parameters.fillNormal('actor', ACTOR_DEVIATION, random);
    this.#parameters.fillNormal('critic', 1 / Math.sqrt(hidden), random);
  }

  evaluate(states: States): Evaluation {
    this.#forward(states);
    const { sessions } = states;
    const { logits, lse, rowWeight, rowItem, value } = this.#workspace;
    const columns = padded(this.items);
    const propensity = (items: Int32Array): Float32Array =>
      this.#workspace.logProbability(items, sessions).map(Math.exp);
    return {
      value: this.#arena.floats(value, sessions),
      propensity,
      sample: (random: Random): Action => {
        const uniform = this.#arena.floats(rowWeight, sessions);
        for (let row = 0; row < sessions; row++) uniform[row] = random.uniform();
        this.#kernels.sample(logits, lse, rowWeight, rowItem, sessions, columns);
        const items = this.#arena.integers(rowItem, sessions).slice();
        return { items, propensity: propensity(items) };
      },
    };
  }

  values(histories: Histories): Float32Array {
    this.#encode(histories);
    return this.#arena.floats(this.#workspace.value, histories.sessions);
  }

  trainStep(
    states: States,
    actions: Int32Array,
    targets: (evaluation: ActionEvaluation) => Targets,
    settings: TrainingSettings,
  ): TrainingReport {
    const { sessions } = states;
    requireAllowed(actions, states);
    this.#forward(states);
    const work = this.#workspace;
    const evaluation: ActionEvaluation = {
      logProbability: work.logProbability(actions, sessions),
      value: this.#arena.floats(work.value, sessions).slice(),
      entropy: this.#arena.floats(work.entropy, sessions).slice(),
    };
    const { policyWeight, valueTarget } = targets(evaluation);

    // Per-row slopes of the mean loss; what is reported is the loss itself.
    const weight = this.#arena.floats(work.rowWeight, sessions);
    const dValue = this.#arena.floats(work.dValue, sessions);
    let policyLoss = 0;
    let valueLoss = 0;
    let entropy = 0;
    for (let row = 0; row < sessions; row++) {
      const error = evaluation.value[row] - valueTarget[row];
      weight[row] = policyWeight[row] / sessions;
      dValue[row] = (2 * settings.valueWeight * error) / sessions;
      policyLoss -= policyWeight[row] * evaluation.logProbability[row];
      valueLoss += error * error;
      entropy += evaluation.entropy[row];
    }
    if (!Number.isFinite(policyLoss + valueLoss)) {
      throw new DivergenceError(
        `The loss is not a number (policy ${policyLoss}, value ${valueLoss}); the weights are as they were. ` +
          'Check that rewards are finite, or lower the learning rate.',
      );
    }
    this.#arena.integers(work.rowItem, sessions).set(actions.subarray(0, sessions));
    this.#backward(sessions, settings.entropyWeight / sessions);
    const gradientNorm = this.#update(settings);
    return {
      policyLoss: policyLoss / sessions,
      valueLoss: valueLoss / sessions,
      entropy: entropy / sessions,
      gradientNorm,
    };
  }

  copy(): Network {
    const twin = new MeanPoolingNetwork(this.#sizes, this.historyLength);
    twin.setWeights(this.weights());
    return twin;
  }

  scaleActor(factor: number): void {
    if (!Number.isFinite(factor)) throw new InvalidOptionError('factor', factor, 'a finite number');
    this.#parameters.scale('actor', factor);
    this.#parameters.scale('actorBias', factor);
  }

  weights(): Weights {
    return this.#parameters.read();
  }

  setWeights(weights: Weights): void {
    this.#parameters.write(weights);
  }

  /** From histories to hidden units and `V(s)`. */
  #encode(histories: Histories): void {
    const rows = histories.sessions;
    const { embedding, hidden } = this.#sizes;
    const work = this.#workspace;
    work.loadHistories(histories);
    const [kernels, parameters] = [this.#kernels, this.#parameters];
    const width = embedding + POOLED_EXTRA;
    kernels.pool(
      work.historyItems,
      work.historyFeedback,
      this.historyLength,
      parameters.value('liked'),
      parameters.value('passed'),
      embedding,
      work.pooled,
      rows,
    );
    kernels.fillRows(parameters.value('hiddenBias'), work.hidden, rows, hidden);
    kernels.multiplyAdd(work.pooled, 4 * width, 4, parameters.value('hidden'), work.hidden, rows, width, hidden);
    kernels.rectify(work.hidden, rows * hidden);
    kernels.valueHead(
      work.hidden,
      parameters.value('critic'),
      parameters.value('criticBias'),
      work.value,
      rows,
      hidden,
    );
  }

  /** From states to logits with their normaliser and entropy, and `V(s)`. */
  #forward(states: States): void {
    this.#workspace.requireFit(states);
    this.#encode(states);
    const [rows, hidden] = [states.sessions, this.#sizes.hidden];
    const columns = padded(this.items);
    const [kernels, parameters, work] = [this.#kernels, this.#parameters, this.#workspace];
    work.loadMask(states);
    kernels.fillRows(parameters.value('actorBias'), work.logits, rows, columns);
    kernels.multiplyAdd(work.hidden, 4 * hidden, 4, parameters.value('actor'), work.logits, rows, hidden, columns);
    kernels.softmax(work.logits, work.mask, work.lse, work.entropy, rows, columns);
    work.requireSoftmax(states);
  }

  /** Gradients of all parameters, from the activations of `#forward` and the slopes of the rows. */
  #backward(rows: number, entropySlope: number): void {
    const { embedding, hidden } = this.#sizes;
    const columns = padded(this.items);
    const width = embedding + POOLED_EXTRA;
    const [kernels, parameters, work] = [this.#kernels, this.#parameters, this.#workspace];
    this.#arena.floats(parameters.gradients, parameters.count).fill(0);
    this.#arena.floats(work.dHidden, rows * hidden).fill(0);
    this.#arena.floats(work.dPooled, rows * width).fill(0);

    kernels.softmaxBackward(
      work.logits,
      work.lse,
      work.entropy,
      work.rowItem,
      work.rowWeight,
      entropySlope,
      rows,
      columns,
    );
    const dLogits = work.logits;
    kernels.multiplyAdd(work.hidden, 4, 4 * hidden, dLogits, parameters.gradient('actor'), hidden, rows, columns);
    kernels.addColumnSums(dLogits, parameters.gradient('actorBias'), rows, columns);
    kernels.multiplyTransposedAdd(dLogits, parameters.value('actor'), work.dHidden, rows, columns, hidden);
    kernels.valueHeadBackward(
      work.hidden,
      parameters.value('critic'),
      work.dValue,
      parameters.gradient('critic'),
      parameters.gradient('criticBias'),
      work.dHidden,
      rows,
      hidden,
    );
    kernels.rectifyBackward(work.hidden, work.dHidden, rows * hidden);
    kernels.multiplyAdd(work.pooled, 4, 4 * width, work.dHidden, parameters.gradient('hidden'), width, rows, hidden);
    kernels.addColumnSums(work.dHidden, parameters.gradient('hiddenBias'), rows, hidden);
    kernels.multiplyTransposedAdd(work.dHidden, parameters.value('hidden'), work.dPooled, rows, hidden, width);
    kernels.poolBackward(
      work.historyItems,
      work.historyFeedback,
      this.historyLength,
      parameters.gradient('liked'),
      parameters.gradient('passed'),
      embedding,
      work.dPooled,
      rows,
    );
  }

  /** Clips the gradient, takes one step of Adam and gives the gradient's norm. */
  #update({ learningRate, maxGradientNorm }: TrainingSettings): number {
    const { values, gradients, firstMoment, secondMoment, count } = this.#parameters;
    const norm = Math.sqrt(this.#kernels.sumSquares(gradients, count));
    if (!Number.isFinite(norm))
      throw new DivergenceError(`The gradient's norm is ${norm}; the weights are as they were.`);
    this.#steps++;
    const scale = norm > maxGradientNorm ? maxGradientNorm / norm : 1;
    const secondCorrection = Math.sqrt(1 - BETA_2 ** this.#steps);
    const rate = (learningRate * secondCorrection) / (1 - BETA_1 ** this.#steps);
    const epsilon = EPSILON * secondCorrection;
    this.#kernels.adam(values, gradients, firstMoment, secondMoment, count, scale, rate, BETA_1, BETA_2, epsilon);
    return norm;
  }
}
