/** The `share`-quantile, between the two nearest numbers where it falls there. */
export function quantile(numbers, share) {
  const sorted = Float64Array.from(numbers).sort();
  const place = (sorted.length - 1) * share;
  const [low, high] = [Math.floor(place), Math.ceil(place)];
  return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
}

export function median(numbers) {
  return quantile(numbers, 0.5);
}

export function mean(numbers) {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

/** Variance of the mean of independent numbers; NaN for a single one. */
function varianceOfMean(numbers) {
  const centre = mean(numbers);
  const squares = numbers.reduce((sum, each) => sum + (each - centre) ** 2, 0);
  return squares / (numbers.length - 1) / numbers.length;
}

/** The ratio of two means, and its standard error to first order (delta method, independent samples). */
export function ratioOfMeans(above, below) {
  const [a, b] = [mean(above), mean(below)];
  const standardError = Math.sqrt(varianceOfMean(above) / b ** 2 + (a ** 2 * varianceOfMean(below)) / b ** 4);
  return { share: a / b, standardError };
}
