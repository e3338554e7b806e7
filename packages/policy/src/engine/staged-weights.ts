import { NetworkStateError } from '../errors.js';
import type { Weights } from '../network.js';
import type { Address, Arena } from './arena.js';
import type { Kernels } from './kernels.js';
import type { Parameters } from './parameters.js';
import type { ItemScorer } from './scoring/item-scorer.js';
import type { QuantisedScorer } from './scoring/quantised-scorer.js';
import { StagedParameters } from './staged-parameters.js';

/** What staging needs of a network. */
export interface StagingNetwork {
  readonly arena: Arena;
  readonly parameters: Parameters;
  readonly kernels: () => Kernels;
  /** The scorers that have tables derived from the weights. */
  readonly scorers: () => Iterable<ItemScorer | QuantisedScorer>;
  /** Allocates memory that outlives batches. */
  readonly allocate: (bytes: number) => Address;
  /** The same for a number of floats, all 0. */
  readonly allocateZeros: (count: number) => Address;
}

/** Makes new weights of a network ready in steps, with all tables that are derived from them, so that they can change places with the old ones. */
export class StagedWeights {
  readonly #network: StagingNetwork;
  readonly #parameters: StagedParameters;
  /** Number of the last staging: there is memory for one. */
  #last = 0;

  constructor(network: StagingNetwork) {
    this.#network = network;
    this.#parameters = new StagedParameters(network.arena, network.parameters);
  }

  /**
   * Makes weights ready.
   * @returns undefined if the network has them already; otherwise a function that makes them those of the network, and returns false if the memory
   *   holds others meanwhile.
   * @throws {WeightsError} for a number that is not finite; {NetworkStateError} if another staging has begun.
   */
  *stage(weights: Weights): Generator<void, (() => boolean) | undefined, void> {
    this.#last++;
    const own = this.#last;
    const steps = this.#prepare(weights);
    let step = steps.next();
    for (; !step.done; step = steps.next()) {
      yield;
      if (own === this.#last) continue;
      throw new NetworkStateError('Other weights of this network have been staged since. Abandon this staging.');
    }
    const commits = step.value;
    if (commits === undefined) return undefined;
    return () => {
      if (own !== this.#last) return false;
      this.#last++;
      for (const commit of commits) commit();
      return true;
    };
  }

  *#prepare(weights: Weights): Generator<void, (() => void)[] | undefined, void> {
    const { kernels, scorers, allocate, allocateZeros } = this.#network;
    const parameters = this.#parameters;
    if (yield* parameters.holds(weights)) return undefined;
    if (!parameters.isAllocated) {
      parameters.allocate(allocateZeros);
      yield;
    }
    yield* parameters.write(weights);
    const commits = [() => parameters.swap()];
    // Tables that are out of date are not in use, and are made on first use.
    for (const scorer of scorers()) {
      if (scorer.isUpToDate) commits.push(yield* scorer.stage(kernels, parameters.value(scorer.table), allocate));
    }
    return commits;
  }
}
