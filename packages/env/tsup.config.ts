import { library } from '../../tsup.base.ts';

export default library([
  'src/index.ts',
  'src/testing.ts',
  'src/environments/index.ts',
  'src/datasets/films.ts',
  'src/datasets/movielens-100k.ts',
  'src/datasets/coat.ts',
  'src/datasets/movielens-1m.ts',
  'src/datasets/movielens-latest.ts',
  'src/datasets/lastfm.ts',
  'src/datasets/goodbooks.ts',
  'src/datasets/amazon-industrial.ts',
  'src/datasets/amazon-reviews.ts',
  'src/datasets/kuairec.ts',
  'src/datasets/tables.ts',
  'src/datasets/download.ts',
  'src/logs/index.ts',
  'src/logs/parquet.ts',
  'src/model-file/index.ts',
]);
