import { type Checkpointable, endAfter, TRAJECTORY_END, type Trajectories } from '@ialp/core';
import { checkpointState } from '@ialp/core/checkpoint';
import { importanceRatios } from '../experience/slate-propensity.js';
import type { Propensities } from '../gate.js';
import { ClusteredSums } from './clustered-sums.js';
import { SessionSlots } from './session-slots.js';
import { temporalDifferences } from './temporal-differences.js';

/** Two estimates with their covariance. Rewards are per step. */
export interface PolicyDifference {
  /** `D`: how much more reward an action of the pre-trained policy leads to than one of the online policy. */
  readonly difference: number;
  /** `R`: the pre-trained policy's reward per step. */
  readonly reward: number;
  readonly differenceVariance: number;
  readonly rewardVariance: number;
  readonly covariance: number;
}

/** Options of `PolicyComparison`. */
export interface PolicyComparisonOptions {
  readonly discount: number;
  readonly lambda: number;
  /** Effective window of the estimates, in interactions. */
  readonly windowInteractions: number;
}

/** Trajectories with the critic's values and both policies' propensities. */
export interface ComparisonInput {
  readonly trajectories: Trajectories;
  readonly propensities: Propensities;
  /** `[rows]`: `V(s)`. */
  readonly value: ArrayLike<number>;
  /** `[count]`: `V(s)` of the state after each trajectory's last step. */
  readonly lastValue: ArrayLike<number>;
}

/**
 * Importance weights of the pre-trained policy are truncated at this value. With a weight `w` of at least 1/50 they never reach it,
 * as `pi_pre / mu <= 1 / w`. With a smaller `w`, single rows would otherwise outweigh thousands: items that the pre-trained policy
 * prefers and the online one hardly ever shows.
 */
const MAX_PRETRAINED_WEIGHT = 50;
/** Fewest clusters in a window. */
const MIN_CLUSTERS = 64;

/** Columns of the sums over rows: of the pre-trained policy, of the online one, and of the critic. */
const [PRE, PRE_ADVANTAGE, PRE_CONSTANT, PRE_REWARD, ON, ON_ADVANTAGE, ON_CONSTANT, DELTA, CONSTANT] = Array(9).keys();
const COLUMNS = 9;
/**
 * Traces of a session: `e` of each policy, and `b_t = delta_t + gamma lambda b_(t-1)`, the advantage summed backwards in time, which
 * needs no future steps. For a stationary sequence its second moment is that of `A`; its fourth moment approximates that of `A`.
 */
const [PRE_TRACE, ON_TRACE, BACKWARD] = Array(3).keys();
const TRACES = 3;
/** The first columns are those of the pre-trained policy. */
const PRE_COLUMNS = 4;

/**
 * Estimates from the experience of a behaviour policy `mu` how much more the pre-trained policy earns than the online one:
 *
 * `D = E_{s ~ mu}[sum_a (pi_pre(a|s) - pi_on(a|s)) Q_mu(s, a)]` and `R = E_{s ~ mu}[sum_a pi_pre(a|s) r(s, a)]`,
 *
 * both in the states that `mu` visits. `D` is the slope, per step, of `mu`'s return in the pre-trained policy's weight (Sutton et
 * al. 2000; Kakade and Langford 2002). If actions influence neither the next state nor the end of the session, it is the
 * difference of the two policies' rewards.
 *
 * **Self-normalised.** With `rho = pi / mu`, `A` the critic's generalised advantage, and sums over rows discounted by age,
 *
 * `D = sum(rho_pre A) / sum(rho_pre) - sum(rho_on A) / sum(rho_on)`, `R = sum(rho_pre r) / sum(rho_pre)`
 *
 * (Hesterberg 1995; Swaminathan and Joachims 2015, NIPS). A constant in `A` cancels for any weights.
 *
 * **Calibrated.** A constant error `k` of the critic is not constant in `A`: it lowers the temporal difference by `k` in a step
 * that terminates the session, and by `(1 - gamma) k` in any other. So the critic is shifted to make its mean temporal difference
 * 0, by `k = sum(delta) / sum(h)`, `h = 1 - gamma (1 - terminated)`. `D` and all variances are then the same for `V` and `V + k`,
 * for every `k`.
 *
 * **Traces.** An advantage extends from its row to the end of the session, across updates. Truncated at the end of a short
 * piece of it, about half of it would be the critic's value of the last state, and a critic that learns online is wrong about rarely
 * visited states, which are those that the online policy leads to. So the sums are accumulated with eligibility traces (Sutton and
 * Barto 2018, 12.2): with `e_t = rho_t + gamma lambda e_(t-1)` along a session, `sum_t rho_t A_t = sum_t e_t delta_t`. At `lambda`
 * 1 the critic is only a baseline and adds no bias, except through its values of states in which a session was truncated or has
 * not ended yet.
 *
 * **Variances** are those of the linearised estimates (the delta method), clustered by session: rows of one session share the
 * user and parts of their advantages. Rare events may not have occurred yet: if the online policy has a fiftieth of the rows, the
 * variance over its few rows is too small. So the variance is increased by the square of the change that one more row could make,
 * `(m4 / m2) (v + 1 / n)^2`, with `m` the moments of `A`, `n` the number of rows and
 * `v = sum((rho_pre / sum(rho_pre) - rho_on / sum(rho_on))^2)`, the inverse of the effective number of rows of the difference.
 *
 * **Window.** The online policy changes, so its rows are discounted by age. The pre-trained one does not: its rows are discounted
 * only as newer ones inform about it, by `min(1, rho_pre)`, so that its estimates remain when it is no longer shown.
 */
export class PolicyComparison {
  readonly #options: PolicyComparisonOptions;
  /** Sums over rows; each session is a cluster. */
  readonly #clusters = new ClusteredSums(COLUMNS);
  /** Discounted number of rows of each policy. */
  #preRows = 0;
  #rows = 0;
  /** Sums of `rho_pre^2`, `rho_pre rho_on`, `rho_on^2`. */
  #weightProducts: Float64Array = new Float64Array(3);
  readonly #slots = new SessionSlots();
  /** `[slots, TRACES]`: traces of the open sessions. */
  #traces: Float64Array = new Float64Array(0);
  /** Sums of `A^2` and `A^4`. */
  #advantagePowers: Float64Array = new Float64Array(2);
  /** Rows so far whose reward was not 0. */
  #rewardedRows = 0;
  /** Sums of the critic's temporal differences before calibration, and of `h`. */
  #criticSums: Float64Array = new Float64Array(2);

  readonly state: Checkpointable = checkpointState(
    () => ({
      ...{ sums: this.#clusters.sums, products: this.#clusters.products },
      ...{ open: this.#clusters.open, openRows: this.#clusters.openRows },
      ...{ traces: this.#traces, ...this.#slots.state() },
      ...{ preRows: this.#preRows, rows: this.#rows, weightProducts: this.#weightProducts },
      ...{ advantagePowers: this.#advantagePowers, criticSums: this.#criticSums, rewardedRows: this.#rewardedRows },
    }),
    (state) => {
      [this.#clusters.sums, this.#clusters.products] = [state.sums, state.products];
      [this.#clusters.open, this.#clusters.openRows] = [state.open, state.openRows];
      this.#traces = state.traces;
      this.#slots.restore(state);
      [this.#preRows, this.#rows, this.#rewardedRows] = [state.preRows, state.rows, state.rewardedRows];
      [this.#weightProducts, this.#advantagePowers] = [state.weightProducts, state.advantagePowers];
      this.#criticSums = state.criticSums;
    },
  );

  constructor(options: PolicyComparisonOptions) {
    this.#options = options;
  }

  /** Adds trajectories. @returns false, without adding them, if a number is not finite. */
  add({ trajectories, propensities, value, lastValue }: ComparisonInput): boolean {
    const { discount, lambda, windowInteractions } = this.#options;
    const { rows, reward, states } = trajectories;
    const pre = importanceRatios(trajectories, propensities.pretrained);
    const online = importanceRatios(trajectories, propensities.online);
    let preRows = 0;
    for (let row = 0; row < rows; row++) {
      pre[row] = Math.min(MAX_PRETRAINED_WEIGHT, pre[row]);
      preRows += Math.min(1, pre[row]);
    }
    const { delta, constant } = temporalDifferences({ trajectories, value, lastValue, discount });
    const allFinite = [pre, online, delta].every((column) => column.every(Number.isFinite));
    if (!allFinite || !reward.every(Number.isFinite)) return false;

    const [discountPre, discountOn] = [
      discountFor(this.#preRows, preRows, windowInteractions),
      discountFor(this.#rows, rows, windowInteractions),
    ];
    this.#discount(discountPre, discountOn);
    this.#preRows += preRows;
    this.#rows += rows;

    this.#rewardedRows += reward.reduce((count, each) => (each === 0 ? count : count + 1), 0);
    this.#criticSums[0] += sum(delta);
    this.#criticSums[1] += sum(constant);
    const shift = ratio(this.#criticSums[0], this.#criticSums[1]);
    for (let row = 0; row < rows; row++) delta[row] -= shift * constant[row];

    const decay = discount * lambda;
    const maxRows = Math.max(1, Math.floor(windowInteractions / MIN_CLUSTERS));
    const terms = new Float64Array(COLUMNS);
    for (let row = 0; row < rows; row++) {
      const [p, o] = [pre[row], online[row]];
      const session = states.session[row];
      const slot = this.#slots.of(session);
      this.#reserve(this.#slots.size);
      const traces = this.#traces.subarray(slot * TRACES, (slot + 1) * TRACES);
      traces[PRE_TRACE] = decay * traces[PRE_TRACE] + p;
      traces[ON_TRACE] = decay * traces[ON_TRACE] + o;
      traces[BACKWARD] = decay * traces[BACKWARD] + delta[row];
      terms[PRE] = p;
      terms[PRE_ADVANTAGE] = traces[PRE_TRACE] * delta[row];
      terms[PRE_CONSTANT] = traces[PRE_TRACE] * constant[row];
      terms[PRE_REWARD] = p * reward[row];
      terms[ON] = o;
      terms[ON_ADVANTAGE] = traces[ON_TRACE] * delta[row];
      terms[ON_CONSTANT] = traces[ON_TRACE] * constant[row];
      terms[DELTA] = delta[row];
      terms[CONSTANT] = constant[row];
      this.#weightProducts[0] += p * p;
      this.#weightProducts[1] += p * o;
      this.#weightProducts[2] += o * o;
      this.#advantagePowers[0] += traces[BACKWARD] ** 2;
      this.#advantagePowers[1] += traces[BACKWARD] ** 4;
      this.#clusters.add(slot, terms);
      if (endAfter(trajectories, row) !== TRAJECTORY_END.open) this.#end(session);
      else if (this.#clusters.openRows[slot] >= maxRows) this.#clusters.close(slot);
    }
    for (const session of trajectories.closed ?? []) this.#end(session);
    return true;
  }

  /** Closes the cluster of a session, clears its traces and releases its place. Nothing happens for one that is not known. */
  #end(session: number): void {
    const slot = this.#slots.release(session);
    if (slot === undefined) return;
    this.#clusters.close(slot);
    this.#traces.fill(0, slot * TRACES, (slot + 1) * TRACES);
  }

  /**
   * The current estimates; undefined before there are rows of both policies, and while every reward was 0, because the difference
   * would then come from the critic alone.
   */
  estimate(): PolicyDifference | undefined {
    const { sums } = this.#clusters;
    if (!(sums[PRE] > 0 && sums[ON] > 0 && this.#rewardedRows > 0)) return undefined;
    const shift = ratio(sums[DELTA], sums[CONSTANT]);
    const preAdvantage = (sums[PRE_ADVANTAGE] - shift * sums[PRE_CONSTANT]) / sums[PRE];
    const onAdvantage = (sums[ON_ADVANTAGE] - shift * sums[ON_CONSTANT]) / sums[ON];
    const constantDifference = sums[PRE_CONSTANT] / sums[PRE] - sums[ON_CONSTANT] / sums[ON];
    const reward = sums[PRE_REWARD] / sums[PRE];

    // Derivatives of both estimates with respect to the sums; their inner products with the sums are 0.
    const ofDifference = new Float64Array(COLUMNS);
    ofDifference[PRE] = -preAdvantage / sums[PRE];
    ofDifference[PRE_ADVANTAGE] = 1 / sums[PRE];
    ofDifference[PRE_CONSTANT] = -shift / sums[PRE];
    ofDifference[ON] = onAdvantage / sums[ON];
    ofDifference[ON_ADVANTAGE] = -1 / sums[ON];
    ofDifference[ON_CONSTANT] = shift / sums[ON];
    ofDifference[DELTA] = ratio(-constantDifference, sums[CONSTANT]);
    ofDifference[CONSTANT] = ratio(constantDifference * shift, sums[CONSTANT]);
    const ofReward = new Float64Array(COLUMNS);
    ofReward[PRE] = -reward / sums[PRE];
    ofReward[PRE_REWARD] = 1 / sums[PRE];

    const products = this.#clusters.allProducts();
    return {
      difference: preAdvantage - onAdvantage,
      reward,
      differenceVariance: quadraticForm(ofDifference, products, ofDifference) + this.#unseenVariance(),
      rewardVariance: quadraticForm(ofReward, products, ofReward),
      covariance: quadraticForm(ofDifference, products, ofReward),
    };
  }

  /** The square of the change that one more row could make. */
  #unseenVariance(): number {
    const { [PRE]: pre, [ON]: on } = this.#clusters.sums;
    const [both, cross, own] = this.#weightProducts;
    const inverseRows = Math.max(0, both / pre ** 2 - (2 * cross) / (pre * on) + own / on ** 2);
    return ratio(this.#advantagePowers[1], this.#advantagePowers[0]) * (inverseRows + 1 / this.#rows) ** 2;
  }

  /** Grows the arrays to a number of open sessions. */
  #reserve(slots: number): void {
    this.#clusters.reserve(slots);
    if (slots * TRACES <= this.#traces.length) return;
    const larger = new Float64Array(this.#clusters.openRows.length * TRACES);
    larger.set(this.#traces);
    this.#traces = larger;
  }

  /** Discounts all earlier rows. */
  #discount(discountPre: number, discountOn: number): void {
    this.#preRows *= discountPre;
    this.#rows *= discountOn;
    this.#clusters.discount((column) => (column < PRE_COLUMNS ? discountPre : discountOn));
    this.#traces.forEach((_, place, traces) => {
      const trace = place % TRACES;
      if (trace !== BACKWARD) traces[place] *= trace === PRE_TRACE ? discountPre : discountOn;
    });
    for (const [place, factor] of [discountPre ** 2, discountPre * discountOn, discountOn ** 2].entries())
      this.#weightProducts[place] *= factor;
    for (const powers of [this.#advantagePowers, this.#criticSums])
      for (const k of powers.keys()) powers[k] *= discountOn;
  }
}

/** The discount of earlier rows that leaves at most `windowInteractions` rows when more are added. */
function discountFor(rows: number, more: number, windowInteractions: number): number {
  return rows + more <= windowInteractions ? 1 : Math.max(0, windowInteractions - more) / rows;
}

/** The quotient, or 0 for a denominator that is not positive. */
function ratio(numerator: number, denominator: number): number {
  return denominator > 0 ? numerator / denominator : 0;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function quadraticForm(left: Float64Array, matrix: Float64Array, right: Float64Array): number {
  let total = 0;
  for (let one = 0; one < COLUMNS; one++) {
    if (left[one] === 0) continue;
    for (let other = 0; other < COLUMNS; other++) total += left[one] * matrix[one * COLUMNS + other] * right[other];
  }
  return total;
}
