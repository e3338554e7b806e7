import type { Catalogue } from '@ialp/env';
import type { ItemEmbeddings } from '@ialp/llm-user';
import type { EncoderName, KernelsBuild, Learner, ReplayBuffer, Weights } from '@ialp/policy';
import type { TextOf } from './networks.js';

/** Hyper-parameters by name. */
export type Parameters = Readonly<Record<string, number>>;

/** Input of a method. */
export interface MethodInput {
  readonly catalogue: Catalogue;
  readonly space: ItemEmbeddings;
  readonly seed: number;
  /** Interactions of the deployment; used by the annealed gate only. */
  readonly interactions: number;
  readonly parameters: Parameters;
  readonly encoder: EncoderName;
  /** Build of the networks' kernels. */
  readonly kernels: KernelsBuild;
  /** Item features from texts. */
  readonly textOf: TextOf;
  /** Number of item features of untrained networks. */
  readonly textWidth: number;
  /**
   * Returns logged experience to learn from before the deployment: the interactions of an actor-critic in training with
   * the known users.
   */
  readonly log: () => ReplayBuffer;
  /** The pre-trained policy; present for methods that need it. */
  readonly pretrained?: {
    readonly weights: Weights;
    readonly textWidth: number;
    /**
     * Weights of a network with `textWidth` features after a short pre-training; initialises the online policy of
     * A-iALP_ap.
     */
    readonly start: Weights;
  };
}

/** A method, ready for deployment. */
export interface Method {
  readonly learner: Learner;
  /** Current share of the pre-trained policy, for mixtures. */
  readonly weight?: () => number;
}

/** A method that can be named on the command line. */
export interface MethodDefinition {
  readonly description: string;
  /** Whether it needs the pre-trained policy. */
  readonly isPretrained: boolean;
  create(input: MethodInput): Method;
}
