const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** Between a number and its unit, so that no line breaks there. */
const GAP = '\u00a0';

/** A count: `12,345`. */
export function formatCount(value: number): string {
  return WHOLE.format(value);
}

/** A number in three significant digits, at most: `0.125`, `12.3`, `1,235`, `3.2e-7`. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1_000_000) return COMPACT.format(value);
  if (size >= 100 || value === 0) return WHOLE.format(value);
  if (size < 0.001) return value.toExponential(1);
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(value);
}

/** A number with decimals: `1.250`. */
export function formatDecimals(value: number, decimals: number): string {
  return new Intl.NumberFormat('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(
    value,
  );
}

/** A share of 1 as a percentage: `12.5 %`. */
export function formatShare(value: number): string {
  const percent = value * 100;
  if (percent !== 0 && percent < 0.01) return `< 0.01${GAP}%`;
  return `${new Intl.NumberFormat('en', { maximumSignificantDigits: percent >= 99.5 ? 4 : 3 }).format(percent)}${GAP}%`;
}

/** A duration: `0.3 s`, `42 s`, `3 min 5 s`, `2 h 4 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${formatDecimals(seconds, 1)}${GAP}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${GAP}s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)}${GAP}min ${whole % 60}${GAP}s`;
  return `${Math.floor(whole / 3_600)}${GAP}h ${Math.floor((whole % 3_600) / 60)}${GAP}min`;
}

/** A name in camel case as words: `failedUpdates` is `Failed updates`, `klToPretrained` is `Kl to pretrained`. */
export function wordsOf(name: string): string {
  const words = name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/[._-]+/g, ' ')
    .trim()
    .toLowerCase();
  return words === '' ? name : words[0]!.toUpperCase() + words.slice(1);
}
