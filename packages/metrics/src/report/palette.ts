/**
 * Colours of methods, in order: the palette of Okabe and Ito (2008), which people with any common colour vision tell
 * apart and which stands out on white and on black, with a grey first.
 */
const COLOURS = ['#8c8c8c', '#cc79a7', '#e69f00', '#56b4e9', '#009e73', '#d55e00', '#0072b2', '#b8860b'];

/** The colour of the method at a place; they come again after the eighth, for dashed lines. */
export function colourOf(place: number): string {
  return COLOURS[place % COLOURS.length];
}

/** Whether the line of the method at a place is dashed, since another one has its colour. */
export function isDashed(place: number): boolean {
  return Math.floor(place / COLOURS.length) % 2 === 1;
}
