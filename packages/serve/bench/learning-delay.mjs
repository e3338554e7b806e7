/**
 * How long it takes until feedback is learned from. The event log tells when each feedback arrived and to which turn of which visit it belongs;
 * the learner writes when an update with that turn was done. What the decision's window and the session's next turn take is part of it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { openFileEventLog } from '@ialp/serve/file';
import { Latencies } from './latencies.mjs';

/** @param from and `to`: times between which feedback counts */
export async function learningDelay({ events, learned, from, to }) {
  const { done, updates } = readUpdates(learned);
  const decisions = new Map();
  const delays = new Latencies();
  let [feedback, unlearned, twice] = [0, 0, 0];
  for await (const event of readEvents(events)) {
    if (event.type === 'decision') decisions.set(event.id, `${event.key}:${event.turn}`);
    if (event.type !== 'feedback' || event.at < from || event.at > to) continue;
    feedback++;
    const found = done.get(decisions.get(event.decision));
    if (found === undefined) unlearned++;
    else delays.record(Math.max(0, found.at - event.at));
  }
  for (const { times } of done.values()) if (times > 1) twice++;
  return { feedback, unlearned, twice, delay: delays.summary(), updates: updates.summary() };
}

function readUpdates(file) {
  const done = new Map();
  const updates = new Latencies();
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  for (const line of lines) {
    if (line === '') continue;
    const { at, ms, rows } = JSON.parse(line);
    updates.record(ms);
    for (const [key, turn] of rows) {
      const name = `${key}:${turn}`;
      done.set(name, { at: done.get(name)?.at ?? at, times: (done.get(name)?.times ?? 0) + 1 });
    }
  }
  return { done, updates };
}

async function* readEvents(folder) {
  const log = await openFileEventLog({ folder });
  try {
    for (let after; ; ) {
      const { events, position } = await log.read({ after, maxEvents: 10_000 });
      if (events.length === 0) return;
      yield* events;
      after = position;
    }
  } finally {
    await log.close();
  }
}
