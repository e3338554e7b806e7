import type { Catalogue } from '@ialp/env';
import type { ItemEmbeddings } from '@ialp/llm-user';
import type { EncoderName, Learner, ReplayBuffer, Weights } from '@ialp/policy';
import type { TextOf } from './networks.js';

/** Hyper-parameters by name. */
export type Parameters = Readonly<Record<string, number>>;

/** What a method may begin with. */
export interface MethodInput {
  readonly catalogue: Catalogue;
  readonly space: ItemEmbeddings;
  readonly seed: number;
  /** Interactions of the deployment. Only annealing looks at it. */
  readonly interactions: number;
  readonly parameters: Parameters;
  readonly encoder: EncoderName;
  /** What is known of the items' texts. */
  readonly textOf: TextOf;
  /** Numbers of an item's text that networks know which begin with nothing. */
  readonly textWidth: number;
  /** Experience to learn from before the deployment: what a policy that was still learning showed to the known people. */
  readonly log: () => ReplayBuffer;
  /** The pre-trained policy; there for methods that need it. */
  readonly pretrained?: {
    readonly weights: Weights;
    readonly textWidth: number;
    /** Of a network of `textWidth` that was pre-trained for a short while: what A-iALP_ap's new policy begins with. */
    readonly start: Weights;
  };
}

/** A method, ready to be deployed. */
export interface Method {
  readonly learner: Learner;
  /** The pre-trained policy's share now, of mixtures. */
  readonly weight?: () => number;
}

/** A method that can be named on the command line. */
export interface MethodDefinition {
  readonly description: string;
  /** Whether it begins with the pre-trained policy. */
  readonly isPretrained: boolean;
  create(input: MethodInput): Method;
}
