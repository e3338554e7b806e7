/** A century: the longest delay that is reported. A larger number might be one that no clock can hold. */
const MAX_MS = 3_155_760_000_000;

/**
 * Milliseconds to wait according to a `Retry-After` header (RFC 9110, 10.2.3), which holds seconds or a date; from 0 to a century.
 * Undefined if the header is absent or invalid.
 * @param now milliseconds since 1970.
 */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(1000 * Number(text), MAX_MS);
  // A date has letters; `Date.parse` takes bare numbers for years.
  const date = /[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - now), MAX_MS);
}
