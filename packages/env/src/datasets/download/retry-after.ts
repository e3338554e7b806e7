/**
 * A `Retry-After` header as seconds from now: it holds seconds or a date (RFC 9110, section 10.2.3). Undefined where
 * there is none that can be read.
 * @param now In milliseconds since 1970.
 */
export function parseRetryAfter(header: string | null, now: number = Date.now()): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}
