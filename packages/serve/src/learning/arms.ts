import { confidenceRadius } from '@ialp/adaptive';
import { CHOSEN_BY } from '@ialp/core';
import type { VisitEnd } from '../deployment/visit.js';
import type { DecisionEvent } from '../events.js';
import type { ArmStatus, RecommenderStatus } from '../recommender.js';

/** Who served a visit. `mixed`: each of two policies chose some of its slates. */
export type ArmName = keyof RecommenderStatus['arms'];

/** Rewards of the visits of one arm. */
interface ArmSums {
  sessions: number;
  reward: number;
  squares: number;
}

/** Plain data of a checkpoint. */
export interface ArmsSnapshot {
  readonly arms: Readonly<Record<ArmName, ArmSums>>;
  readonly open: readonly (readonly [key: number, visit: OpenVisit])[];
}

interface OpenVisit {
  arm: ArmName;
  reward: number;
}

const NAMES: readonly ArmName[] = ['pretrained', 'online', 'mixed', 'baseline'];

/** Probability with which an interval holds its mean at all times. */
const CONFIDENCE = 0.95;
/** Sessions at which the interval is tightest. */
const TIGHTEST_AT = 500;

/** Mean rewards per session of the policies of a deployment. */
export class Arms {
  #arms: Record<ArmName, ArmSums> = emptyArms();
  #open = new Map<number, OpenVisit>();

  /**
   * Adds what a decision earned, and the end of its visit.
   * @param isStray the decision could not be joined to its session, which another process has decided for in the same turn: it ends no session.
   */
  add(event: DecisionEvent, reward: number, end: VisitEnd | undefined, isStray = false): void {
    if (isStray) {
      const session = this.#open.get(event.key);
      if (session !== undefined) session.reward += reward;
      return;
    }
    const arm = armOf(event);
    const visit = this.#open.get(event.key) ?? { arm, reward: 0 };
    if (visit.arm !== arm) visit.arm = 'mixed';
    visit.reward += reward;
    if (end === undefined) {
      this.#open.set(event.key, visit);
      return;
    }
    this.#open.delete(event.key);
    const sums = this.#arms[visit.arm];
    sums.sessions++;
    sums.reward += visit.reward;
    sums.squares += visit.reward ** 2;
  }

  status(): RecommenderStatus['arms'] {
    return Object.fromEntries(NAMES.map((name) => [name, statusOf(this.#arms[name])])) as RecommenderStatus['arms'];
  }

  snapshot(): ArmsSnapshot {
    return { arms: this.#arms, open: [...this.#open] };
  }

  restore({ arms, open }: ArmsSnapshot): void {
    this.#arms = structuredClone(arms);
    this.#open = new Map(structuredClone(open));
  }
}

function emptyArms(): Record<ArmName, ArmSums> {
  const empty = (): ArmSums => ({ sessions: 0, reward: 0, squares: 0 });
  return { pretrained: empty(), online: empty(), mixed: empty(), baseline: empty() };
}

function armOf({ arm, chosenBy }: DecisionEvent): ArmName {
  if (arm !== undefined) return arm;
  return chosenBy === CHOSEN_BY.pretrained ? 'pretrained' : 'online';
}

function statusOf({ sessions, reward, squares }: ArmSums): ArmStatus {
  if (sessions === 0) return { sessions, reward: null, lower: null, upper: null };
  const mean = reward / sessions;
  if (sessions === 1) return { sessions, reward: mean, lower: null, upper: null };
  const deviation = Math.sqrt(Math.max(0, (squares - sessions * mean ** 2) / (sessions - 1)));
  const radius = confidenceRadius(sessions, deviation, CONFIDENCE, TIGHTEST_AT);
  return { sessions, reward: mean, lower: mean - radius, upper: mean + radius };
}
