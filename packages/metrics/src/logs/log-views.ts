import type { InteractionLog, LogTable } from '@ialp/core/log';
import { InvalidLogError } from '../errors.js';
import type { BanditLog, ModelledBanditLog } from '../ope/bandit-log.js';
import type { TrajectoryLog } from '../ope/trajectories.js';
import { validateLog } from '../sessions/validate-log.js';

/**
 * A table as what the measures of sessions read. Needs the columns `session` (any numbers or text) and `reward`. Where there is neither
 * `terminated` nor `truncated`, sessions are taken to be whole: the last row of each is its end.
 * @throws {InvalidLogError} where a column is missing or says what cannot be.
 */
export function interactionLogOf(table: LogTable): InteractionLog {
  const given = checkColumn(table, 'session');
  const reward = Float32Array.from(checkColumn(table, 'reward'));
  const numbers = new Map<number, number>();
  const last = new Map<number, number>();
  const session = Int32Array.from(given, (name, row) => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    last.set(number, row);
    return number;
  });
  const truncated = Uint8Array.from(table.columns['truncated'] ?? new Float64Array(table.rows));
  const terminated = Uint8Array.from(table.columns['terminated'] ?? new Float64Array(table.rows));
  if (table.columns['terminated'] === undefined && table.columns['truncated'] === undefined) {
    for (const row of last.values()) truncated[row] = 1;
  }
  const log = { session, reward, terminated, truncated };
  validateLog(log);
  return log;
}

/**
 * A table as what off-policy estimators read: `reward`, `propensity` and `target`; `qHat` and `vHat` where it has them.
 * @param judged columns of another policy than the table's own: `target`, and `vHat`, what a model predicts under that policy.
 *   The table's `vHat` is of its own `target`, so with another `target` alone the log has no model.
 * @throws {InvalidLogError} where a column is missing.
 */
export function banditLogOf(table: LogTable, judged: Partial<ModelledBanditLog> = {}): BanditLog | ModelledBanditLog {
  const { columns } = table;
  const target = judged.target ?? checkColumn(table, 'target');
  const log = { reward: checkColumn(table, 'reward'), propensity: checkColumn(table, 'propensity'), target };
  const qHat = judged.qHat ?? columns['qHat'];
  const vHat = judged.vHat ?? (judged.target === undefined ? columns['vHat'] : undefined);
  const hasModel = judged.target === undefined ? (qHat ?? vHat) : (judged.qHat ?? judged.vHat);
  if (hasModel === undefined) return log;
  return {
    ...log,
    qHat: qHat ?? checkColumn(table, 'qHat'),
    vHat: vHat ?? missingModel(table, judged),
  };
}

/**
 * The same for the direct method and the doubly robust estimators.
 * @throws {InvalidLogError} also where `qHat` is missing, or `vHat` for the policy that is judged.
 */
export function modelledBanditLogOf(table: LogTable, judged: Partial<ModelledBanditLog> = {}): ModelledBanditLog {
  const log = banditLogOf(table, judged);
  if ('qHat' in log) return log;
  checkColumn(table, 'qHat');
  return missingModel(table, judged);
}

/**
 * The same with the trajectory of each row: the column `trajectory`, or else `session`.
 * @throws {InvalidLogError} where a column is missing.
 */
export function trajectoryLogOf(
  table: LogTable,
  judged: Partial<ModelledBanditLog> = {},
): TrajectoryLog & (BanditLog | ModelledBanditLog) {
  const trajectory = table.columns['trajectory'] ?? checkColumn(table, 'session');
  return { ...banditLogOf(table, judged), trajectory };
}

/** @throws {InvalidLogError} always: there is no `vHat` for the policy that is judged. */
function missingModel(table: LogTable, { target }: Partial<ModelledBanditLog>): never {
  if (target === undefined) checkColumn(table, 'vHat');
  throw new InvalidLogError(
    'vHat',
    undefined,
    "that of the table's own target alone",
    'what the model predicts under the policy that is judged, given with its target',
  );
}

function checkColumn({ columns }: LogTable, name: string): Float64Array {
  const column = columns[name];
  if (column !== undefined) return column;
  throw new InvalidLogError(name, undefined, `only ${Object.keys(columns).join(', ')}`, 'such a column');
}
