/** A century: the longest wait that is reported; a larger number might be one that no clock can hold. */
const MAX_SECONDS = 3_155_760_000;

/**
 * Seconds to wait according to a `Retry-After` header (RFC 9110, 10.2.3): a number of seconds, or a date; from 0 to a century.
 * Undefined if the header is absent or is neither.
 * @param now milliseconds since 1970.
 */
export function retryAfterSeconds(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Number(text), MAX_SECONDS);
  // A date has letters; `Date.parse` takes bare numbers for years.
  const date = /[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, (date - now) / 1000), MAX_SECONDS);
}
