/**
 * Seconds to wait by a `Retry-After` header (RFC 9110, 10.2.3): a whole number of seconds, or a date. Nothing where the header
 * is absent or says neither; never below 0.
 * @param now milliseconds since 1970.
 */
export function retryAfterSeconds(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  // A date has letters; `Date.parse` takes bare numbers for years.
  const date = /[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}
