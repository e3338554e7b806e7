import { InvalidOptionError, type Random } from '@ialp/core';
import { checkRandom } from '../checks/arguments.js';
import { checkChosen, checkHistories, checkItems, checkStates } from '../checks/states.js';
import { checkTargetsFunction, checkTrainingSettings } from '../checks/training.js';
import { MissingHeadError, NetworkStateError } from '../errors.js';
import type {
  ActionEvaluation,
  ActionValues,
  Evaluation,
  EvaluationOptions,
  Head,
  Histories,
  ItemTensor,
  Logits,
  Network,
  States,
  Targets,
  TrainingReport,
  TrainingSettings,
  Weights,
} from '../network.js';
import type { Shortlist } from '../shortlist.js';
import type { Staging } from '../staging.js';
import { Arena } from './arena.js';
import { BatchMemory } from './batch-memory.js';
import { headParameters } from './head-parameters.js';
import { PROJECTION, TIED_TABLE } from './item-projection.js';
import { itemTensorsOf, writeItemRows } from './item-tensors.js';
import { type Architecture, architectureOf, type NetworkOptions, tokenWidthOf } from './network-options.js';
import { Parameters } from './parameters.js';
import { ActorEvaluation, topItems } from './scoring/actor-evaluation.js';
import { actorLogits } from './scoring/actor-logits.js';
import { CatalogueScan } from './scoring/catalogue-scan.js';
import { ItemScorer } from './scoring/item-scorer.js';
import { QuantisedScorer } from './scoring/quantised-scorer.js';
import { ShortlistScan } from './scoring/shortlist-scan.js';
import { StagedWeights } from './staged-weights.js';
import { StateEncoder } from './state-encoder.js';
import { ThreadPool } from './threads/thread-pool.js';
import { checkTrainingState, readTrainingState } from './training-state.js';
import { TrainingStep } from './training-step.js';

/** Initial standard deviation of output layers over the items: small, so that the initial policy is nearly uniform. */
const OUTPUT_DEVIATION = 0.01;

/**
 * Makes a built-in network: a state encoder (mean pooling, a gated recurrent unit or self-attention) with a softmax actor over the
 * allowed items, a critic and action values on top. Each item has a positive and a negative embedding, which are weighted by the
 * feedback. Forward pass, backward pass and optimiser run in WebAssembly SIMD, on one thread or more.
 * @throws {InvalidOptionError}
 */
export function createNetwork(options: NetworkOptions): Network {
  const architecture = architectureOf(options);
  checkRandom(options.random);
  const network = new BuiltInNetwork(architecture);
  network.initialize(options.random);
  return network;
}

class BuiltInNetwork implements Network {
  readonly specificationVersion = 'v2';
  readonly items: number;
  readonly historyLength: number;
  readonly heads: readonly Head[];
  readonly itemTensors: readonly ItemTensor[];
  readonly kernels: string;
  readonly approximateActing: boolean;
  readonly shortlist?: Shortlist;
  readonly #architecture: Architecture;
  readonly #arena: Arena;
  readonly #threadPool: ThreadPool;
  readonly #encoder: StateEncoder;
  readonly #parameters: Parameters;
  readonly #scorers: ItemScorer[] = [];
  readonly #actor: ItemScorer | undefined;
  readonly #q: ItemScorer | undefined;
  readonly #rounded = new Map<ItemScorer, QuantisedScorer>();
  readonly #scan: CatalogueScan;
  readonly #shortlistScan: ShortlistScan;
  readonly #training: TrainingStep;
  readonly #memory: BatchMemory;
  readonly #staged: StagedWeights;
  #revision = 0;
  #state: 'idle' | 'training' | 'disposed' = 'idle';

  constructor(architecture: Architecture) {
    const { items, historyLength, heads, hidden, threads, kernels, optimizer, itemOptimizer } = architecture;
    this.items = items;
    this.historyLength = historyLength;
    this.heads = heads;
    this.itemTensors = itemTensorsOf(architecture);
    this.kernels = kernels;
    this.approximateActing = architecture.approximateActing;
    if (architecture.shortlist !== undefined) this.shortlist = architecture.shortlist;
    this.#architecture = architecture;
    this.#arena = new Arena(threads > 1);
    // As long as the longest row of a matrix product: gates, or a pooled history.
    this.#arena.reserveZeros(Math.max(3 * hidden, tokenWidthOf(architecture) + 4));
    this.#threadPool = new ThreadPool(this.#arena, kernels, threads);
    this.#encoder = new StateEncoder(architecture);
    const specs = [...this.#encoder.parameters, ...headParameters(architecture)];
    this.#parameters = new Parameters(this.#arena, specs, itemOptimizer !== undefined);
    const scorer = (head: Head, table: string, bias: string): ItemScorer | undefined => {
      if (!heads.includes(head)) return undefined;
      const made = new ItemScorer(this.#arena, this.#parameters, table, bias);
      this.#scorers.push(made);
      return made;
    };
    this.#actor = scorer('actor', architecture.tiedItems ? TIED_TABLE : 'actor', 'actorBias');
    this.#q = scorer('q', 'q', 'qBias');
    this.#scan = new CatalogueScan(this.#arena, this.#threadPool, items);
    this.#shortlistScan = new ShortlistScan(this.#arena, this.#threadPool, items, this.#scan.mask);
    this.#training = new TrainingStep(
      {
        arena: this.#arena,
        threadPool: this.#threadPool,
        parameters: this.#parameters,
        encoder: this.#encoder,
        actor: this.#actor,
        q: this.#q,
        ...{ heads, hidden, historyLength, items },
      },
      optimizer,
      itemOptimizer,
    );
    this.#memory = new BatchMemory({
      ...{ arena: this.#arena, parameters: this.#parameters, encoder: this.#encoder, training: this.#training },
      ...{ scan: this.#scan, shortlistScan: this.#shortlistScan, rounded: this.#rounded },
      stateWidth: this.#actor?.hidden ?? hidden,
    });
    this.#staged = new StagedWeights({
      ...{ arena: this.#arena, parameters: this.#parameters },
      kernels: () => this.#threadPool.kernels,
      scorers: () => [...this.#scorers, ...this.#rounded.values()],
      allocate: (bytes) => this.#memory.beforeBatches(() => this.#arena.allocate(bytes)),
      allocateZeros: (count) => this.#memory.beforeBatches(() => this.#arena.allocateZeros(count)),
    });
  }

  get revision(): number {
    return this.#revision;
  }

  initialize(random: Random): void {
    const { heads, hidden } = this.#architecture;
    this.#encoder.initialize(this.#parameters, random);
    for (const { table } of this.#scorers) {
      if (table !== TIED_TABLE) this.#parameters.fillNormal(table, OUTPUT_DEVIATION, random);
    }
    if (heads.includes('value')) this.#parameters.fillNormal('critic', 1 / Math.sqrt(hidden), random);
  }

  evaluate(states: States, { approximate = false }: EvaluationOptions = {}): Evaluation {
    const actor = this.#checkHead(this.#actor, 'actor', 'evaluate');
    const scorer = approximate ? this.#quantised(actor) : actor;
    this.#encode(states);
    const value = this.heads.includes('value') ? this.#values(states.rows) : new Float32Array(0);
    this.#scan.checkAllowed(states);
    const scored = { states, state: this.#encoder.actorState, scorer };
    return { value, ...new ActorEvaluation(this.#scan, scored).methods() };
  }

  logits(states: States, { approximate = false }: EvaluationOptions = {}): Logits {
    const actor = this.#checkHead(this.#actor, 'actor', 'logits');
    const scorer = approximate ? this.#quantised(actor) : actor;
    this.#encode(states);
    this.#scan.checkAllowed(states);
    return actorLogits(this.#shortlistScan, { states, state: this.#encoder.actorState, scorer }, actor);
  }

  values(histories: Histories): Float32Array {
    if (!this.heads.includes('value')) throw new MissingHeadError('value', 'values');
    this.#checkIdle();
    checkHistories(histories, this.#architecture);
    this.#memory.reserve(histories.rows);
    this.#encoder.encode(this.#arena, this.#threadPool, this.#parameters, histories);
    return this.#values(histories.rows);
  }

  actionValues(states: States, { approximate = false }: EvaluationOptions = {}): ActionValues {
    const q = this.#checkHead(this.#q, 'q', 'actionValues');
    const scorer = approximate ? this.#quantised(q) : q;
    this.#encode(states);
    const { state } = this.#encoder;
    const scan = this.#scan;
    return {
      of(items) {
        checkItems(items, states);
        return scan.scores({ states, state, scorer: q }, items);
      },
      top: (count) => topItems(scan, { states, state, scorer }, q, count),
    };
  }

  trainStep(
    states: States,
    actions: Int32Array,
    targets: (evaluation: ActionEvaluation) => Targets,
    settings: TrainingSettings,
  ): TrainingReport {
    this.#checkIdle();
    checkTargetsFunction(targets);
    checkTrainingSettings(settings);
    this.#checkFit(states);
    this.#memory.reserve(states.rows, { sampleSize: settings.sampledSoftmax?.items ?? 0, slateSize: 1 });
    return this.#train(() => this.#training.run(states, actions, targets, settings));
  }

  trainSlates(
    states: States,
    actions: Int32Array,
    targets: (evaluation: ActionEvaluation) => Targets,
    settings: Omit<TrainingSettings, 'sampledSoftmax'>,
  ): TrainingReport {
    this.#checkHead(this.#actor, 'actor', 'trainSlates');
    checkTargetsFunction(targets);
    checkTrainingSettings(settings);
    const { sampledSoftmax } = settings as TrainingSettings;
    if (sampledSoftmax !== undefined) {
      throw new InvalidOptionError('sampledSoftmax', sampledSoftmax, 'none: slates are trained on the whole catalogue');
    }
    this.#checkFit(states);
    const slateSize = checkChosen(actions, states);
    this.#memory.reserve(states.rows, { sampleSize: 0, slateSize });
    return this.#train(() => this.#training.run(states, actions, targets, settings));
  }

  #train(run: () => TrainingReport): TrainingReport {
    this.#state = 'training';
    let changedRows: (table: string) => Int32Array | undefined = () => undefined;
    try {
      const report = run();
      changedRows = (table) => this.#training.changedRows(table);
      return report;
    } finally {
      this.#state = 'idle';
      this.#invalidate(changedRows);
    }
  }

  copy(): Network {
    this.#checkIdle();
    const twin = new BuiltInNetwork(this.#architecture);
    twin.setWeights(this.weights());
    return twin;
  }

  scaleActor(factor: number): void {
    const actor = this.#checkHead(this.#actor, 'actor', 'scaleActor');
    if (!Number.isFinite(factor)) throw new InvalidOptionError('factor', factor, 'a finite number');
    // A tied table is that of the history, too: its projection is scaled.
    this.#parameters.scale(actor.table === TIED_TABLE ? PROJECTION : actor.table, factor);
    this.#parameters.scale(actor.bias, factor);
    this.#invalidate();
  }

  weights(): Weights {
    this.#checkIdle();
    return this.#parameters.read();
  }

  setWeights(weights: Weights): void {
    this.#checkIdle();
    if (this.#parameters.write(weights)) this.#invalidate();
  }

  *stageWeights(weights: Weights): Staging {
    this.#checkIdle();
    this.#parameters.checkShapes(weights);
    const begun = this.#revision;
    const commit = yield* this.#staged.stage(weights);
    return () => {
      this.#checkIdle();
      const isSame = commit === undefined;
      if (isSame && this.#revision === begun) return;
      // Also tables that were made after the others had been staged.
      this.#invalidate();
      if (isSame || !commit()) this.setWeights(weights);
    };
  }

  trainingState(): Weights {
    this.#checkIdle();
    return readTrainingState(this.#parameters, this.#training);
  }

  setItemRows(items: Int32Array, rows: Weights): void {
    this.#checkIdle();
    writeItemRows(this.#parameters, this.itemTensors, this.items, items, rows);
    for (const tensor of this.itemTensors) this.#training.itemOptimizer?.forget(tensor, items);
    this.#invalidate();
  }

  setTrainingState(state: Weights): void {
    this.#checkIdle();
    const write = checkTrainingState(this.#parameters, this.#training, state);
    this.#memory.allocateTraining();
    write();
    this.#invalidate();
  }

  dispose(): void {
    this.#threadPool.dispose();
    this.#state = 'disposed';
  }

  #checkHead(scorer: ItemScorer | undefined, head: Head, what: string): ItemScorer {
    if (scorer === undefined) throw new MissingHeadError(head, what);
    this.#checkIdle();
    return scorer;
  }

  /** The 8-bit output layer, made on first use. */
  #quantised(exact: ItemScorer): QuantisedScorer {
    let scorer = this.#rounded.get(exact);
    if (scorer === undefined) {
      scorer = this.#memory.beforeBatches(() => new QuantisedScorer(this.#arena, exact));
      this.#rounded.set(exact, scorer);
    }
    return scorer;
  }

  /** Discards data derived from the weights, which have changed. @param changedRows of a table; default all. */
  #invalidate(changedRows: (table: string) => Int32Array | undefined = () => undefined): void {
    this.#revision++;
    for (const scorer of [...this.#scorers, ...this.#rounded.values()]) scorer.invalidate(changedRows(scorer.table));
  }

  #checkIdle(): void {
    if (this.#state === 'idle') return;
    throw new NetworkStateError(
      this.#state === 'disposed'
        ? 'This network was disposed of.'
        : 'This network is in the middle of a training step. Call it before or after, not in `targets`.',
    );
  }

  #checkFit(states: States): void {
    checkStates(states, this.#architecture);
  }

  #encode(states: States): void {
    this.#checkFit(states);
    this.#memory.reserve(states.rows);
    this.#encoder.encode(this.#arena, this.#threadPool, this.#parameters, states);
  }

  #values(rows: number): Float32Array {
    const { hidden } = this.#architecture;
    const [critic, bias] = [this.#parameters.value('critic'), this.#parameters.value('criticBias')];
    this.#threadPool.kernels.valueHead(this.#encoder.state, critic, bias, this.#memory.values, rows, hidden);
    return this.#arena.floats(this.#memory.values, rows).slice();
  }
}
