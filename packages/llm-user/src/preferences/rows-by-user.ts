import type { Ratings } from '@ialp/core';

/** The rows of each user, by time if the log has times, otherwise in order. */
export function rowsByUser({ users, user, time }: Ratings): number[][] {
  const rows: number[][] = Array.from({ length: users }, () => []);
  user.forEach((who, row) => {
    rows[who].push(row);
  });
  if (time !== undefined) for (const list of rows) list.sort((a, b) => time[a] - time[b] || a - b);
  return rows;
}
