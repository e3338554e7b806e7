/** Networks with planted faults, for the tests of the checks. */
import { createRandom } from '@ialp/core';
import { createNetwork } from '../engine/built-in-network.js';
import type { ActionValues, Evaluation, Head, Histories, Network, States, Weights } from '../network.js';

const SIZES = { items: 9, historyLength: 4, embedding: 4, hidden: 8 };

/** The built-in network, small. */
export function rightNetwork(seed = 1, heads: readonly Head[] = ['actor', 'value']): Network {
  return createNetwork({ ...SIZES, heads, random: createRandom(seed) });
}

/** Passes everything on to the right network; faults override. */
export class Wrapped implements Network {
  readonly specificationVersion = 'v2';
  readonly right: Network;
  get items(): number {
    return this.right.items;
  }
  get historyLength(): number {
    return this.right.historyLength;
  }
  get heads(): readonly Head[] {
    return this.right.heads;
  }

  constructor(right: Network) {
    this.right = right;
  }

  evaluate(states: States): Evaluation {
    return this.right.evaluate(states);
  }

  values(histories: Histories): Float32Array {
    return this.right.values(histories);
  }

  actionValues(states: States): ActionValues {
    return this.right.actionValues(states);
  }

  trainStep(...step: Parameters<Network['trainStep']>): ReturnType<Network['trainStep']> {
    return this.right.trainStep(...step);
  }

  copy(): Network {
    return this.right.copy();
  }

  scaleActor(factor: number): void {
    this.right.scaleActor(factor);
  }

  weights(): Weights {
    return this.right.weights();
  }

  setWeights(weights: Weights): void {
    this.right.setWeights(weights);
  }

  trainingState(): Weights {
    return this.right.trainingState();
  }

  setTrainingState(state: Weights): void {
    this.right.setTrainingState(state);
  }

  dispose(): void {
    this.right.dispose();
  }
}

/** What a training step is given. */
export type Step = Parameters<Network['trainStep']>;

/** A network whose training step goes wrong. */
export function training(fault: (right: Network, ...step: Step) => ReturnType<Network['trainStep']>) {
  return (seed: number): Network =>
    new (class extends Wrapped {
      override trainStep(...step: Step): ReturnType<Network['trainStep']> {
        return fault(this.right, ...step);
      }
    })(rightNetwork(seed));
}
