import { checkObject, InvalidOptionError } from '@ialp/core';
import type { InteractionLog, LogTable } from '@ialp/core/log';
import { InvalidLogError } from '../errors.js';
import type { BanditLog, ModeledBanditLog } from '../ope/bandit-log.js';
import type { TrajectoryLog } from '../ope/trajectories.js';
import { validateLog } from '../sessions/validate-log.js';

/**
 * Converts a table to a log of sessions. Needs the columns `session` (numbers or strings) and `reward`. Without the
 * columns `terminated` and `truncated`, sessions are assumed to be complete: the last row of each is its end.
 * @throws {InvalidLogError} if a column is missing or invalid.
 */
export function interactionLogOf(table: LogTable): InteractionLog {
  checkTable(table);
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
 * Converts a table to a log for off-policy estimators: `reward`, `propensity` and `target`, and `qHat` and `vHat` if
 * the table has them.
 * @param evaluated columns of another policy to evaluate: `target`, and `vHat`, the model's prediction under that policy.
 *   The table's own `vHat` belongs to its own `target`, so with another `target` alone the log has no model.
 * @throws {InvalidLogError} if a column is missing.
 */
export function banditLogOf(table: LogTable, evaluated: Partial<ModeledBanditLog> = {}): BanditLog | ModeledBanditLog {
  checkTable(table);
  const { columns } = table;
  const target = evaluated.target ?? checkColumn(table, 'target');
  const log = { reward: checkColumn(table, 'reward'), propensity: checkColumn(table, 'propensity'), target };
  const qHat = evaluated.qHat ?? columns['qHat'];
  const vHat = evaluated.vHat ?? (evaluated.target === undefined ? columns['vHat'] : undefined);
  const hasModel = evaluated.target === undefined ? (qHat ?? vHat) : (evaluated.qHat ?? evaluated.vHat);
  if (hasModel === undefined) return log;
  return {
    ...log,
    qHat: qHat ?? checkColumn(table, 'qHat'),
    vHat: vHat ?? missingModel(table, evaluated),
  };
}

/**
 * The same for the direct method and the doubly robust estimators.
 * @throws {InvalidLogError} if a column is missing, including `qHat` or the `vHat` of the evaluated policy.
 */
export function modeledBanditLogOf(table: LogTable, evaluated: Partial<ModeledBanditLog> = {}): ModeledBanditLog {
  const log = banditLogOf(table, evaluated);
  if ('qHat' in log) return log;
  checkColumn(table, 'qHat');
  return missingModel(table, evaluated);
}

/**
 * The same with the trajectory of each row: the column `trajectory`, or otherwise `session`.
 * @throws {InvalidLogError} if a column is missing.
 */
export function trajectoryLogOf(
  table: LogTable,
  evaluated: Partial<ModeledBanditLog> = {},
): TrajectoryLog & (BanditLog | ModeledBanditLog) {
  checkTable(table);
  const trajectory = table.columns['trajectory'] ?? checkColumn(table, 'session');
  return { ...banditLogOf(table, evaluated), trajectory };
}

/** @throws {InvalidLogError} always: the `vHat` of the evaluated policy is missing. */
function missingModel(table: LogTable, { target }: Partial<ModeledBanditLog>): never {
  if (target === undefined) checkColumn(table, 'vHat');
  throw new InvalidLogError(
    'vHat',
    undefined,
    "only the table's own, which belongs to its own target",
    "the model's prediction under the evaluated policy, passed with its target",
  );
}

/** @throws {InvalidOptionError} if it is not a table. */
function checkTable(table: LogTable): void {
  const expected = "a table, such as the result of await readJsonLinesTable('log.jsonl')";
  checkObject('table', table, expected);
  if (typeof table.columns !== 'object' || table.columns === null) {
    throw new InvalidOptionError('table', table, expected);
  }
}

function checkColumn({ columns }: LogTable, name: string): Float64Array {
  const column = columns[name];
  if (column !== undefined) return column;
  throw new InvalidLogError(name, undefined, `only ${Object.keys(columns).join(', ')}`, 'a column with this name');
}
