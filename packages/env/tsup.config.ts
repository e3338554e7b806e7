import { library } from '../../tsup.base.ts';

export default library([
  'src/index.ts',
  'src/testing.ts',
  'src/datasets/films.ts',
  'src/datasets/movielens-100k.ts',
  'src/datasets/coat.ts',
]);
