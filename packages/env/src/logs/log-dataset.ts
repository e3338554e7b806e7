import { type Catalogue, checkObject, counted, described, InvalidOptionError } from '@ialp/core';
import { checkLog, type StoredLog } from '@ialp/core/log';
import type { ImplicitDataset } from '../datasets/dataset.js';
import { splitByUserOrder } from '../datasets/split.js';

/**
 * Converts a log to a data set of implicit feedback: users are the log's sessions, `value` is the feedback, and rows are in the order in
 * which they happened. The split holds out the end of each session.
 * @param catalogue the catalogue, with the log's number of items; item ids are not compared.
 * @throws {InvalidOptionError}
 */
export function logDataset(stored: StoredLog, catalogue: Catalogue): ImplicitDataset {
  checkStored(stored);
  const { header, log } = stored;
  checkLog(log, header);
  if (catalogue.items.length !== header.items) {
    throw new InvalidOptionError(
      'catalogue',
      described(counted(catalogue.items.length, 'item')),
      `${header.items} items, as the log has`,
    );
  }
  const users = 1 + log.session.reduce((most, session) => Math.max(most, session), -1);
  if (users === 0) throw new InvalidOptionError('log', described('no rows'), 'at least one row');
  const interactions = { users, user: log.session, item: log.item, value: log.reward };
  return {
    name: header.environment,
    feedback: 'implicit',
    catalogue,
    userIds: Array.from({ length: users }, (_, session) => String(session)),
    interactions,
    order: 'rows',
    split: splitByUserOrder(interactions, 'rows'),
  };
}

/** @throws {InvalidOptionError} unless a log with its header was passed. */
function checkStored(stored: StoredLog): void {
  const expected =
    'a log with its header, such as { header: env.header(), log: env.log() } or await readJsonLinesLog(path)';
  checkObject('stored', stored, expected);
  for (const part of ['header', 'log'] as const) checkObject(`stored.${part}`, stored[part], expected);
}
