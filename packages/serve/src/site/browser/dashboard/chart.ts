import uPlot from 'uplot';
import { element } from '../common/element.js';

/** A line of a chart. */
export interface Line {
  readonly label: string;
  /** Name of the custom property with its colour, such as `--series-1`. */
  readonly color: string;
  /** Lengths of dashes and gaps in pixels: lines are told apart without colours, too. */
  readonly dash?: readonly number[];
  /** Whether the area below it is filled. */
  readonly isFilled?: boolean;
}

/** Values of a line at the times of a chart; null where it is not known. */
export interface LineValues {
  readonly values: readonly (number | null)[];
  /** Ends of an interval around each value, drawn as a band. */
  readonly lower?: readonly (number | null)[];
  readonly upper?: readonly (number | null)[];
}

/** Options of a chart. */
export interface ChartOptions {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly lines: readonly Line[];
  /** Whether lines have bands. */
  readonly hasBands?: boolean;
  /** Ends of the vertical axis for what is drawn now. */
  readonly range: (drawn: readonly LineValues[]) => readonly [number, number];
  readonly format: (value: number) => string;
  /** Labels of the vertical axis. Default: `format`. */
  readonly formatTick?: (value: number) => string;
}

/** Height of charts, and of the horizontal and width of the vertical axis, in pixels. */
const [HEIGHT, TIME_AXIS_HEIGHT, AXIS_WIDTH] = [220, 30, 56];
/** Shortest time shown, in seconds. */
const MIN_SPAN = 60;
/** Samples that the cursor moves by with the arrow keys, and with Page Up and Down. */
const [STEP, LEAP] = [1, 30];
const FONT = '12px system-ui, sans-serif';
const TIME = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/**
 * A chart of lines over the last minutes, with a legend that shows the values at the cursor, or the latest. The cursor follows the pointer in
 * all charts at once; with the keyboard, a chart is a slider over time.
 */
export class Chart {
  readonly #options: ChartOptions;
  readonly #plot: uPlot;
  readonly #values: HTMLElement[] = [];
  readonly #box: HTMLElement;
  readonly #time: HTMLElement;
  #times: readonly number[] = [];
  #drawn: readonly LineValues[] = [];

  constructor(place: HTMLElement, options: ChartOptions) {
    this.#options = options;
    this.#time = element('p', { class: 'chart-time', attributes: { 'aria-hidden': 'true' } });
    this.#box = element('div', {
      class: 'chart-box',
      attributes: {
        ...{ role: 'slider', tabindex: '0', 'aria-label': `${options.label}: time`, 'aria-orientation': 'horizontal' },
        ...{ 'aria-valuemin': '0', 'aria-valuemax': '0', 'aria-valuenow': '0', 'aria-valuetext': 'no values yet' },
      },
    });
    const legend = element('ul', { class: 'chart-legend' }, ...options.lines.map((line) => this.#legendEntry(line)));
    place.append(legend, this.#time, this.#box);
    this.#plot = new uPlot(this.#plotOptions(), [[]], this.#box);
    new ResizeObserver(() => this.#resize()).observe(this.#box);
    this.#box.addEventListener('keydown', (event) => this.#moveByKey(event));
    this.#box.addEventListener('blur', () => this.#moveTo(undefined));
    // The colours are read anew with each drawing.
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#plot.redraw(false));
  }

  /**
   * Draws new values.
   * @param times `[values]` in seconds since 1970.
   * @param lines one for each line of the options.
   */
  update(times: readonly number[], lines: readonly LineValues[]): void {
    this.#times = times;
    this.#drawn = lines;
    const none = times.map(() => null);
    const columns = lines.flatMap(({ values, lower = none, upper = none }) =>
      this.#options.hasBands ? [values, upper, lower] : [values],
    );
    const { left } = this.#plot.cursor;
    this.#plot.setData([times, ...columns] as unknown as uPlot.AlignedData);
    // The pointer rests at a place, the values below it move on.
    if (left !== undefined && left >= 0) this.#plot.setCursor({ left, top: this.#plot.cursor.top ?? 0 });
    this.#showValues();
  }

  #plotOptions(): uPlot.Options {
    const { lines, hasBands = false, range, format, formatTick = format } = this.#options;
    const series = lines.flatMap(({ label, color, dash, isFilled }): uPlot.Series[] => {
      const main: uPlot.Series = {
        label,
        stroke: () => colorOf(color),
        width: 2,
        ...(dash !== undefined && { dash: [...dash] }),
        ...(isFilled && { fill: () => translucent(color, 12) }),
        points: { show: false },
      };
      const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };
      return hasBands ? [main, edge, edge] : [main];
    });
    const bands = lines.map(({ color }, k): uPlot.Band => {
      return { series: [3 * k + 2, 3 * k + 3], fill: () => translucent(color, 11) };
    });
    const axis: uPlot.Axis = {
      stroke: () => colorOf('--muted'),
      font: FONT,
      grid: { stroke: () => colorOf('--line'), width: 1 },
      ticks: { show: false },
    };
    return {
      width: 300,
      height: HEIGHT,
      padding: [8, 8, 0, 0],
      series: [{}, ...series],
      ...(hasBands && { bands }),
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'ialp' }, points: { size: 7 } },
      scales: {
        x: { time: true, range: () => this.#timeRange() },
        y: { range: () => [...range(this.#drawn)] },
      },
      axes: [
        { ...axis, size: TIME_AXIS_HEIGHT, space: 70, incrs: [15, 30, 60, 120, 300], values: timeLabels },
        { ...axis, size: AXIS_WIDTH, space: 36, values: (_, splits) => splits.map(formatTick) },
      ],
      hooks: { setCursor: [() => this.#showValues()] },
    };
  }

  #timeRange(): [number, number] {
    const last = this.#times.at(-1) ?? 0;
    return [Math.min(this.#times[0] ?? 0, last - MIN_SPAN), last];
  }

  #resize(): void {
    const width = Math.floor(this.#box.clientWidth);
    if (width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT });
  }

  #legendEntry({ label, color, dash }: Line): HTMLElement {
    const swatch = element('span', {
      class: dash === undefined ? 'swatch' : 'swatch dashed',
      attributes: { 'aria-hidden': 'true' },
    });
    swatch.style.setProperty('--color', `var(${color})`);
    const value = element('span', { class: 'value', text: '–' });
    this.#values.push(value);
    return element('li', {}, swatch, element('span', { text: label }), value);
  }

  /** Shows the values at the cursor in the legend, or the latest. */
  #showValues(): void {
    const last = this.#times.length - 1;
    const isAtCursor = (this.#plot?.cursor.left ?? -1) >= 0;
    const index = isAtCursor ? (this.#plot.cursor.idx ?? last) : last;
    const texts = this.#drawn.map(({ values }) => {
      const value = values[index];
      return value === null || value === undefined ? '–' : this.#options.format(value);
    });
    for (const [k, text] of texts.entries()) this.#values[k]!.textContent = text;
    const at = this.#times[index];
    const time = at === undefined ? '' : TIME.format(at * 1_000);
    this.#time.textContent = isAtCursor ? `at ${time}` : '';
    const spoken = this.#options.lines.map(({ label }, k) => `${label} ${texts[k] ?? '–'}`).join(', ');
    this.#box.setAttribute('aria-valuemax', String(Math.max(0, last)));
    this.#box.setAttribute('aria-valuenow', String(Math.max(0, index)));
    this.#box.setAttribute('aria-valuetext', `${time}: ${spoken}`);
  }

  #moveByKey(event: KeyboardEvent): void {
    const last = this.#times.length - 1;
    const isAtCursor = (this.#plot.cursor.left ?? -1) >= 0;
    const index = isAtCursor ? (this.#plot.cursor.idx ?? last) : last;
    const targets: Readonly<Record<string, number | undefined>> = {
      ArrowLeft: index - STEP,
      ArrowDown: index - STEP,
      ArrowRight: index + STEP,
      ArrowUp: index + STEP,
      PageDown: index - LEAP,
      PageUp: index + LEAP,
      Home: 0,
      End: last,
    };
    if (event.key === 'Escape') this.#moveTo(undefined);
    const target = targets[event.key];
    if (target === undefined || last < 0) return;
    event.preventDefault();
    this.#moveTo(Math.min(Math.max(target, 0), last));
  }

  /** Moves the cursor to a sample, or takes it away. */
  #moveTo(index: number | undefined): void {
    const left = index === undefined ? -10 : this.#plot.valToPos(this.#times[index]!, 'x');
    this.#plot.setCursor({ left, top: index === undefined ? -10 : 0 });
    this.#showValues();
  }
}

/** Labels of the horizontal axis: hours and minutes, with seconds where they differ. */
function timeLabels(
  _plot: uPlot,
  splits: readonly number[],
  _axis: number,
  _space: number,
  increment: number,
): string[] {
  return splits.map((at) => (increment < 60 ? TIME.format(at * 1_000) : TIME.format(at * 1_000).slice(0, -3)));
}

function colorOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function translucent(name: string, percent: number): string {
  return `color-mix(in srgb, ${colorOf(name)} ${percent}%, transparent)`;
}
