import { checkActions, checkTargets } from '../checks/training.js';
import { DivergenceError } from '../errors.js';
import type { ActionEvaluation, Head, States, Targets, TrainingReport, TrainingSettings } from '../network.js';
import type { Address } from './arena.js';
import { eachBlock } from './encoders/encoder.js';
import { ActionValueLoss } from './losses/action-value-loss.js';
import type { ActorLoss } from './losses/actor-loss.js';
import { DenseActorLoss } from './losses/dense-actor.js';
import { SampledActorLoss } from './losses/sampled-actor.js';
import { SlateActorLoss } from './losses/slate-actor.js';
import type { Optimizer, TouchedRows } from './optimizer.js';
import { OptimizerSteps } from './optimizer.js';
import { type ItemOptimizer, RowwiseAdagrad } from './rowwise-adagrad.js';
import type { TrainableNetwork } from './trainable-network.js';
import { TrainedItems } from './trained-items.js';

/** What memory is allocated for. */
export interface TrainingSizes {
  /** Items of a sampled softmax; 0 for the whole catalogue. */
  readonly sampleSize: number;
  /** Items of each row's slate; 1 without slates. */
  readonly slateSize: number;
}

/** A training step: forward pass, targets of the caller, backward pass, update. */
export class TrainingStep {
  readonly #network: TrainableNetwork;
  readonly #optimizer: OptimizerSteps;
  readonly #dense: DenseActorLoss | undefined;
  readonly #sampled: SampledActorLoss | undefined;
  readonly #slates: SlateActorLoss | undefined;
  readonly #q: ActionValueLoss | undefined;
  readonly #items: TrainedItems;
  /** The optimiser of the item tensors, if they have their own. */
  readonly itemOptimizer: RowwiseAdagrad | undefined;
  #value: Address = 0;
  #dValue: Address = 0;
  #rows = 0;
  /** Rows that the last step has changed; undefined for all, or with an optimiser of the items. */
  #changed: readonly TouchedRows[] | undefined;
  #sampleSize = 0;
  #slateSize = 1;
  #seen: ActionEvaluation = emptyEvaluation(0, 0, []);

  constructor(network: TrainableNetwork, optimizer: Optimizer, itemOptimizer: Required<ItemOptimizer> | undefined) {
    const { arena, threadPool, parameters, actor, q } = network;
    this.#network = network;
    this.#items = new TrainedItems(network);
    this.itemOptimizer = itemOptimizer && new RowwiseAdagrad(arena, parameters, itemOptimizer, this.#items.groups());
    this.#optimizer = new OptimizerSteps(arena, threadPool, parameters, optimizer, this.itemOptimizer);
    const isCompact = itemOptimizer !== undefined;
    this.#dense = actor && new DenseActorLoss(arena, parameters, actor);
    this.#sampled = actor && new SampledActorLoss(arena, parameters, actor, isCompact);
    this.#slates = actor && new SlateActorLoss(arena, parameters, actor);
    this.#q = q && new ActionValueLoss(arena, parameters, q, isCompact);
  }

  /** The optimiser of all other tensors. */
  get optimizer(): Optimizer['name'] {
    return this.#optimizer.name;
  }

  /** Optimiser steps so far. */
  get steps(): number {
    return this.#optimizer.steps;
  }

  set steps(steps: number) {
    this.#optimizer.steps = steps;
  }

  /** Allocates for batches of `rows`, with a sample of `sampleSize` items, or all items if it is 0, or of slates. */
  reserve(rows: number, { sampleSize, slateSize }: TrainingSizes): void {
    const { arena, threadPool, historyLength, heads } = this.#network;
    this.#value = arena.allocateFloats(rows);
    this.#dValue = arena.allocateFloats(rows);
    this.#q?.reserve(rows);
    if (sampleSize > 0) this.#sampled?.reserve(rows, sampleSize, threadPool.threads);
    else if (slateSize > 1) this.#slates?.reserve(rows, slateSize, threadPool.threads);
    else this.#dense?.reserve(rows, threadPool.threads);
    this.itemOptimizer?.reserve(this.#items.most(rows, sampleSize));
    this.#optimizer.reserve(this.itemOptimizer ? 0 : rows * (2 * historyLength + 2) + sampleSize);
    if (this.#rows !== rows || this.#slateSize !== slateSize) this.#seen = emptyEvaluation(rows, slateSize, heads);
    this.#rows = rows;
    this.#sampleSize = sampleSize;
    this.#slateSize = slateSize;
  }

  /** @param actions `[rows]`, or `[rows * slateSize]` of the size that was allocated for. */
  run(
    states: States,
    actions: Int32Array,
    targets: (evaluation: ActionEvaluation) => Targets,
    settings: TrainingSettings,
  ): TrainingReport {
    const { arena, threadPool, parameters, encoder } = this.#network;
    const { rows } = states;
    const count = rows * this.#slateSize;
    checkActions(actions, states, this.#slateSize);
    encoder.encode(arena, threadPool, parameters, states);
    const [actor, drawn] = this.#loadActor(states, actions, settings);
    if (this.#slateSize === 1) this.#q?.load(actions, rows);
    this.#forward(actor, rows);
    const seen = this.#evaluateActions(actor, rows);
    const given = targets(seen);
    checkTargets(given, this.#network.heads, rows, this.#slateSize);
    const report = this.#setSlopes(actor, seen, given, settings, rows);
    const { learningRate = settings.learningRate, entropyWeight = settings.entropyWeight } = given;
    const trainsActor = given.policyWeight !== undefined || entropyWeight !== 0;
    if (this.itemOptimizer !== undefined)
      this.#items.place(
        this.#sampleSize > 0 ? this.#sampled : undefined,
        this.#slateSize === 1 ? this.#q : undefined,
        rows,
      );
    this.#backward(trainsActor ? actor : undefined, given, entropyWeight / count, rows);
    const isSparse = this.itemOptimizer === undefined && drawn !== undefined;
    const touched = isSparse ? this.#items.rowsOf(states, actions.subarray(0, rows), drawn) : undefined;
    const gradientNorm = this.#optimizer.step(learningRate, settings.maxGradientNorm, touched);
    this.#changed = touched;
    return { ...report, gradientNorm };
  }

  /** The rows of an output table that the last step has changed; undefined for all. */
  changedRows(table: string): Int32Array | undefined {
    if (this.itemOptimizer !== undefined) return this.#items.placed(table);
    return this.#changed?.find(({ slot }) => slot.name === table)?.rows;
  }

  /** Loads the batch into the actor's loss. Returns the loss, and the items whose weights get a gradient if not all do. */
  #loadActor(states: States, actions: Int32Array, { sampledSoftmax }: TrainingSettings): [ActorLoss?, Int32Array?] {
    if (this.#dense === undefined || this.#sampled === undefined || this.#slates === undefined) return [];
    if (this.#slateSize > 1) {
      this.#slates.load(states, actions, this.#network.threadPool);
      return [this.#slates];
    }
    if (sampledSoftmax === undefined) {
      this.#dense.load(states, actions, this.#network.threadPool);
      return [this.#dense];
    }
    return [this.#sampled, this.#sampled.load(states, actions, sampledSoftmax)];
  }

  #forward(actor: ActorLoss | undefined, rows: number): void {
    const { threadPool, parameters, encoder, heads, hidden } = this.#network;
    if (this.#sampleSize > 0) threadPool.run((kernels, share) => this.#sampled?.gather(kernels, share));
    threadPool.run((kernels, share) => {
      eachBlock(share, rows, (from, to) => {
        actor?.forward(kernels, encoder.actorState, from, to);
        if (this.#slateSize === 1) this.#q?.forward(kernels, encoder.state, from, to);
        if (!heads.includes('value')) return;
        const [critic, bias] = [parameters.value('critic'), parameters.value('criticBias')];
        const state = encoder.state + 4 * from * hidden;
        kernels.valueHead(state, critic, bias, this.#value + 4 * from, to - from, hidden);
      });
    });
  }

  /** The evaluation passed to the caller; its arrays are reused in every step. */
  #evaluateActions(actor: ActorLoss | undefined, rows: number): ActionEvaluation {
    const { arena, heads } = this.#network;
    const count = rows * this.#slateSize;
    const q = this.#slateSize === 1 ? this.#q : undefined;
    const seen: ActionEvaluation = {
      logProbability: this.#seen.logProbability.subarray(0, actor ? count : 0),
      entropy: this.#seen.entropy.subarray(0, actor ? count : 0),
      value: this.#seen.value.subarray(0, heads.includes('value') ? rows : 0),
      q: this.#seen.q.subarray(0, q ? rows : 0),
    };
    actor?.logProbability(seen.logProbability);
    actor?.entropy(seen.entropy);
    seen.value.set(arena.floats(this.#value, seen.value.length));
    q?.values(seen.q);
    return seen;
  }

  /** Sets the derivatives of the mean loss in each row, and returns the loss. */
  #setSlopes(
    actor: ActorLoss | undefined,
    seen: ActionEvaluation,
    { policyWeight, valueTarget, qTarget }: Targets,
    { valueWeight, qWeight = 1 }: TrainingSettings,
    rows: number,
  ): Omit<TrainingReport, 'gradientNorm'> {
    const { arena } = this.#network;
    const count = rows * this.#slateSize;
    let policyLoss = 0;
    let entropy = 0;
    if (actor !== undefined) {
      for (let place = 0; place < count; place++) {
        if (policyWeight !== undefined) policyLoss -= policyWeight[place] * seen.logProbability[place];
        entropy += seen.entropy[place];
      }
      actor.setWeights(policyWeight ?? new Float32Array(count), count);
    }
    let valueLoss = 0;
    if (valueTarget !== undefined) {
      valueLoss = squaredError(seen.value, valueTarget, valueWeight, arena.floats(this.#dValue, rows));
    }
    let qLoss = 0;
    if (qTarget !== undefined && this.#q !== undefined) {
      const slopes = new Float32Array(rows);
      qLoss = squaredError(seen.q, qTarget, qWeight, slopes);
      this.#q.setSlopes(slopes);
    }
    if (!Number.isFinite(policyLoss + valueLoss + qLoss)) {
      throw new DivergenceError(
        `The loss is not finite (policy ${policyLoss}, value ${valueLoss}, action values ${qLoss}); the weights are ` +
          'unchanged. Check that rewards are finite, or lower the learning rate.',
      );
    }
    return {
      ...{ policyLoss: policyLoss / count, entropy: entropy / count },
      ...{ valueLoss: valueLoss / rows, qLoss: qLoss / rows },
    };
  }

  #backward(actor: ActorLoss | undefined, targets: Targets, entropyWeight: number, rows: number): void {
    const { threadPool, parameters, encoder, hidden } = this.#network;
    const { state, dState, actorState, dActorState, projection } = encoder;
    const [withValue, withQ] = [targets.valueTarget !== undefined, targets.qTarget !== undefined];
    threadPool.run((kernels, share) => {
      this.#optimizer.clear(kernels, share, this.#sampleSize > 0);
      encoder.prepare(kernels, parameters, share);
      eachBlock(share, rows, (from, to) => {
        const [count, out] = [to - from, dState + 4 * from * hidden];
        kernels.clear(out, count * hidden);
        projection?.clear(kernels, from, to);
        actor?.backward(kernels, dActorState, entropyWeight, from, to);
        if (withQ) this.#q?.backward(kernels, dState, from, to);
        if (withValue) {
          kernels.valueHeadBackward(parameters.value('critic'), this.#dValue + 4 * from, out, count, hidden);
        }
      });
    });
    if (projection !== undefined) {
      threadPool.run((kernels, share) => {
        eachBlock(share, rows, (from, to) => projection.backward(kernels, dState, from, to));
        projection.gradients(kernels, parameters, share, state, rows);
      });
    }
    threadPool.run((kernels, share) => encoder.backward(kernels, parameters, share));
    threadPool.run((kernels, share) => {
      encoder.gradients(kernels, parameters, share);
      if (projection === undefined) actor?.gradients(kernels, actorState, share);
      if (withQ) this.#q?.gradients(kernels, state, share, rows);
      if (withValue && share.takes(0)) {
        kernels.addWeightedRows(state, this.#dValue, parameters.gradient('critic'), rows, hidden);
        kernels.addSum(this.#dValue, parameters.gradient('criticBias'), rows);
      }
    });
    // Of a tied table, threads divide the encoder's gradient otherwise than the actor's.
    if (projection !== undefined) threadPool.run((kernels, share) => actor?.gradients(kernels, actorState, share));
    if (actor !== undefined && this.#sampleSize > 0) this.#sampled?.scatter(threadPool.kernels, actorState);
  }
}

function emptyEvaluation(rows: number, slateSize: number, heads: readonly Head[]): ActionEvaluation {
  const array = (head: Head, count: number): Float32Array => new Float32Array(heads.includes(head) ? count : 0);
  const [logProbability, entropy] = [array('actor', rows * slateSize), array('actor', rows * slateSize)];
  return { logProbability, entropy, value: array('value', rows), q: array('q', rows) };
}

/** The sum of squared errors; sets `slopes` to the derivatives of `weight` times their mean. */
function squaredError(values: Float32Array, targets: Float32Array, weight: number, slopes: Float32Array): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) {
    const error = values[row] - targets[row];
    sum += error * error;
    slopes[row] = (2 * weight * error) / values.length;
  }
  return sum;
}
