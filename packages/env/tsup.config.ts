import { library } from '../../tsup.base.ts';

export default library([
  'src/index.ts',
  'src/conformance/index.ts',
  'src/environments/index.ts',
  'src/datasets/readers/films.ts',
  'src/datasets/readers/movielens-100k.ts',
  'src/datasets/readers/coat.ts',
  'src/datasets/readers/movielens-1m.ts',
  'src/datasets/readers/movielens-latest.ts',
  'src/datasets/readers/lastfm.ts',
  'src/datasets/readers/goodbooks.ts',
  'src/datasets/readers/amazon-industrial.ts',
  'src/datasets/readers/amazon-reviews.ts',
  'src/datasets/readers/kuairec.ts',
  'src/datasets/readers/tables.ts',
  'src/download/index.ts',
  'src/logs/index.ts',
  'src/logs/parquet.ts',
  'src/models/files/index.ts',
]);
