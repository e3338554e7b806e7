import type { Ratings } from '@ialp/core';

/** The rows of each user, in the order in which they rated: by time where there are times, else as they stand. */
export function rowsByUser({ users, user, time }: Ratings): number[][] {
  const rows: number[][] = Array.from({ length: users }, () => []);
  user.forEach((who, row) => {
    rows[who].push(row);
  });
  if (time !== undefined) for (const list of rows) list.sort((a, b) => time[a] - time[b] || a - b);
  return rows;
}
