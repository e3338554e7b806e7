import { expect, it } from 'vitest';
import { parseFilmTitle } from './movielens-title.js';

it.each([
  ['Toy Story (1995)', 'Toy Story', 1995],
  ['Usual Suspects, The (1995)', 'The Usual Suspects', 1995],
  ['Affair to Remember, An (1957)', 'An Affair to Remember', 1957],
  ["Enfer, L' (1994)", "L'Enfer", 1994],
  ['Misérables, Les (1995)', 'Les Misérables', 1995],
  ['Tin Drum, The (Blechtrommel, Die) (1979)', 'The Tin Drum (Die Blechtrommel)', 1979],
  ['Die xue shuang xiong (Killer, The) (1989)', 'Die xue shuang xiong (The Killer)', 1989],
  ["Star Maker, The (Uomo delle stelle, L') (1995)", "The Star Maker (L'Uomo delle stelle)", 1995],
  [
    'Adventures of Priscilla, Queen of the Desert, The (1994)',
    'The Adventures of Priscilla, Queen of the Desert',
    1994,
  ],
  ['Heidi Fleiss: Hollywood Madam (1995) ', 'Heidi Fleiss: Hollywood Madam', 1995],
  [
    'Land Before Time III: The Time of the Great Giving (1995) (V)',
    'Land Before Time III: The Time of the Great Giving',
    1995,
  ],
  ['2001: A Space Odyssey (1968)', '2001: A Space Odyssey', 1968],
  ['Paris, Texas (1984)', 'Paris, Texas', 1984],
  ['Maybe, Maybe Not (Bewegte Mann, Der) (1994)', 'Maybe, Maybe Not (Der Bewegte Mann)', 1994],
  ['1984 (1984)', '1984', 1984],
  ['Trou, Le (Hole, The) (Night Watch, The) (1960)', 'Le Trou (The Hole) (The Night Watch)', 1960],
  ['Macbeth (a.k.a. Tragedy of Macbeth, The) (1971)', 'Macbeth (a.k.a. The Tragedy of Macbeth)', 1971],
  ['Andalusian Dog, An (Chien andalou, Un) (1929)', 'An Andalusian Dog (Un Chien andalou)', 1929],
  ['Death Note: Desu nôto (2006–2007)', 'Death Note: Desu nôto', 2006],
  ['You Are (Not) Alone (2007)', 'You Are (Not) Alone', 2007],
  ['(500) Days of Summer (2009)', '(500) Days of Summer', 2009],
  ['Me, Myself, I (1992)', 'Me, Myself, I', 1992],
])('reads %j', (text, title, year) => {
  expect(parseFilmTitle(text)).toEqual({ title, year });
});

it('omits the year if the title has no year', () => {
  expect(parseFilmTitle('unknown')).toEqual({ title: 'unknown' });
});
