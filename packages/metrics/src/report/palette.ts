/**
 * Colours of methods, in order: a grey, then the palette of Okabe and Ito (2008), which is distinguishable with any
 * common colour vision and on white and black backgrounds.
 */
const COLOURS = ['#8c8c8c', '#cc79a7', '#e69f00', '#56b4e9', '#009e73', '#d55e00', '#0072b2', '#b8860b'];

/** The colour of the method at a position; colours repeat after the eighth, with dashed lines. */
export function colourOf(place: number): string {
  return COLOURS[place % COLOURS.length];
}

/** Whether the line of the method at a position is dashed because another method has its colour. */
export function isDashed(place: number): boolean {
  return Math.floor(place / COLOURS.length) % 2 === 1;
}
