import { erasedEvents } from '../erased-events.js';
import type { ServeEvent } from '../events.js';
import type { Connection } from './connection.js';
import { decodeEvent } from './decode.js';
import type { Erasures } from './erasures.js';
import { scan } from './scan.js';
import { codeOf } from './stream.js';
import { subjectsOfOutcomes, subjectsOfOwner, subjectsOfSession } from './subjects.js';

/** Messages that are deleted at the same time. The server overwrites one after another: more would only wait, up to their time limit. */
const DELETED_AT_ONCE = 8;
/** API error: another `erase` has deleted the message. */
const NO_SUCH_MESSAGE = 10_043;

/**
 * Overwrites the messages of a user or session. Reads only those messages whose subject says that they may belong to it.
 * @returns how many were erased.
 */
export async function eraseEvents(
  connection: Connection,
  stream: string,
  erasures: Erasures,
  id: string,
): Promise<number> {
  const erased = erasedEvents(id);
  const sequences = new Set<number>();
  const read = async (subjects: readonly string[], onEvent: (event: ServeEvent, sequence: number) => void) => {
    for (const filter of subjects) {
      await scan(connection, { stream, after: 0, filter }, ({ data, sequence }) => {
        const event = decodeEvent(data);
        if (event !== undefined) onEvent(event, sequence);
      });
    }
  };

  const sessions = new Set([id]);
  await read(subjectsOfOwner(stream, id), (event) => {
    erased.findVisits(event);
    if (event.type === 'decision' && event.user === id) sessions.add(event.session);
  });
  const ofSessions = [...new Set([...sessions].flatMap((session) => subjectsOfSession(stream, session)))];
  await read(ofSessions, (event) => erased.findDecisions(event));
  const decisions: string[] = [];
  await read(ofSessions, (event, sequence) => {
    if (!erased.includes(event)) return;
    sequences.add(sequence);
    if (event.type === 'decision') decisions.push(event.id);
  });
  await read(subjectsOfOutcomes(stream, decisions), (event, sequence) => {
    if (erased.includes(event)) sequences.add(sequence);
  });

  if (sequences.size === 0) return 0;
  await erasures.record([...sequences]);
  return await deleteMessages(connection, stream, [...sequences]);
}

async function deleteMessages(connection: Connection, stream: string, sequences: readonly number[]): Promise<number> {
  let count = 0;
  for (let from = 0; from < sequences.length; from += DELETED_AT_ONCE) {
    const deleted = await Promise.all(
      sequences.slice(from, from + DELETED_AT_ONCE).map((sequence) => deleteMessage(connection, stream, sequence)),
    );
    count += deleted.filter(Boolean).length;
  }
  return count;
}

/** Overwrites a message with random bytes. @returns whether it was there. */
async function deleteMessage(connection: Connection, stream: string, sequence: number): Promise<boolean> {
  try {
    return await connection.jsm.streams.deleteMessage(stream, sequence, true);
  } catch (error) {
    if (codeOf(error) === NO_SUCH_MESSAGE) return false;
    throw error;
  }
}
