import type { DatasetSource, DatasetTerms } from './source.js';

/** Names of the data sets that `downloadDataset` knows. */
export type DatasetName =
  | 'movielens-100k'
  | 'movielens-latest-small'
  | 'movielens-1m'
  | 'lastfm'
  | 'goodbooks-10k'
  | 'coat'
  | 'kuairec';

const MEBIBYTE = 2 ** 20;
const GROUPLENS = 'files.grouplens.org/datasets';

/**
 * GroupLens' certificate has expired before. The second address needs none, which is safe because the file must match its SHA-256.
 */
function groupLens(path: string): string[] {
  return [`https://${GROUPLENS}/${path}`, `http://${GROUPLENS}/${path}`];
}

function movieLensTerms(title: string, readme: string, sharing: string): DatasetTerms {
  return {
    title,
    publisher: 'GroupLens Research, University of Minnesota',
    summary:
      'For research. Not for commercial or revenue-bearing use unless GroupLens permits it. ' +
      `${sharing} Publications must acknowledge the data, and nothing may suggest that the university or GroupLens ` +
      'endorses the work. There is no warranty.',
    link: `https://${GROUPLENS}/movielens/${readme}`,
    citation:
      'F. M. Harper, J. A. Konstan. The MovieLens Datasets: History and Context. ' +
      'ACM Transactions on Interactive Intelligent Systems 5(4), 2015. https://doi.org/10.1145/2827872',
  };
}

const NO_SHARING = 'It may not be passed on without separate permission.';

/**
 * The sources of the data sets. Sizes and checksums of MovieLens match those of TensorFlow Datasets; the checksum of Last.fm is the same
 * in several projects; that of KuaiRec is from Zenodo. For Coat and goodbooks-10k no checksum is known.
 */
export const datasetSources: Readonly<Record<DatasetName, DatasetSource>> = {
  'movielens-100k': {
    name: 'movielens-100k',
    urls: groupLens('movielens/ml-100k.zip'),
    page: 'https://grouplens.org/datasets/movielens/100k/',
    bytes: 4_924_029,
    checksum: { algorithm: 'sha256', value: '50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229' },
    terms: movieLensTerms('MovieLens 100K', 'ml-100k-README.txt', NO_SHARING),
    files: ['u.data', 'u.item', 'u.genre'],
    unpackedLimit: 64 * MEBIBYTE,
  },
  'movielens-latest-small': {
    name: 'movielens-latest-small',
    urls: groupLens('movielens/ml-latest-small.zip'),
    page: 'https://grouplens.org/datasets/movielens/latest/',
    bytes: 978_202,
    checksum: { algorithm: 'sha256', value: '696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436' },
    terms: movieLensTerms(
      'MovieLens latest small (September 2018)',
      'ml-latest-small-README.html',
      'It may be passed on under the same terms only.',
    ),
    files: ['ratings.csv', 'movies.csv'],
    unpackedLimit: 64 * MEBIBYTE,
  },
  'movielens-1m': {
    name: 'movielens-1m',
    urls: groupLens('movielens/ml-1m.zip'),
    page: 'https://grouplens.org/datasets/movielens/1m/',
    bytes: 5_917_549,
    checksum: { algorithm: 'sha256', value: 'a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20' },
    terms: movieLensTerms('MovieLens 1M', 'ml-1m-README.txt', NO_SHARING),
    files: ['ratings.dat', 'movies.dat', 'users.dat'],
    unpackedLimit: 128 * MEBIBYTE,
  },
  lastfm: {
    name: 'lastfm',
    urls: groupLens('hetrec2011/hetrec2011-lastfm-2k.zip'),
    page: 'https://grouplens.org/datasets/hetrec-2011/',
    checksum: { algorithm: 'sha256', value: '6738f48195667ff03caaab4d32ca9a3133d8cc026b7c3cdaf6ce1010e913c59c' },
    terms: {
      title: 'HetRec 2011 Last.fm 2K',
      publisher: 'Information Retrieval Group, Universidad Autónoma de Madrid; hosted by GroupLens',
      summary:
        'For non-commercial use; for any other, ask Last.fm. No right to pass it on is granted. Publications are asked ' +
        'to cite the workshop and to name Last.fm (https://www.last.fm).',
      link: `https://${GROUPLENS}/hetrec2011/hetrec2011-lastfm-readme.txt`,
      citation:
        'I. Cantador, P. Brusilovsky, T. Kuflik. 2nd Workshop on Information Heterogeneity and Fusion in Recommender ' +
        'Systems (HetRec 2011). RecSys 2011.',
    },
    files: ['user_artists.dat', 'artists.dat', 'tags.dat', 'user_taggedartists.dat'],
    unpackedLimit: 64 * MEBIBYTE,
  },
  'goodbooks-10k': {
    name: 'goodbooks-10k',
    urls: ['https://github.com/zygmuntz/goodbooks-10k/releases/download/v1.0/goodbooks-10k.zip'],
    page: 'https://github.com/zygmuntz/goodbooks-10k/releases',
    terms: {
      title: 'goodbooks-10k',
      publisher: 'Zygmunt Zając',
      summary:
        'Creative Commons Attribution-ShareAlike 4.0: name the author, link the original, say what was changed, and ' +
        'pass on what is made of the data under the same licence. The covers behind the addresses are not part of it.',
      link: 'https://creativecommons.org/licenses/by-sa/4.0/',
      citation: 'Z. Zając. Goodbooks-10k: a new dataset for book recommendations. FastML, 2017.',
    },
    files: ['books.csv', 'ratings.csv', 'book_tags.csv', 'tags.csv'],
    unpackedLimit: 512 * MEBIBYTE,
  },
  coat: {
    name: 'coat',
    urls: ['https://www.cs.cornell.edu/~schnabts/mnar/coat.zip'],
    page: 'https://www.cs.cornell.edu/~schnabts/mnar/',
    terms: {
      title: 'Coat Shopping',
      publisher: 'T. Schnabel et al., Cornell University',
      summary:
        'For research, with the paper cited. No licence comes with the files: see whether the page below names one, and ' +
        'ask the authors before any other use or passing it on.',
      link: 'https://www.cs.cornell.edu/~schnabts/mnar/',
      citation:
        'T. Schnabel, A. Swaminathan, A. Singh, N. Chandak, T. Joachims. Recommendations as Treatments: Debiasing ' +
        'Learning and Evaluation. ICML 2016.',
    },
    files: ['train.ascii', 'test.ascii', 'user_item_features/item_features.ascii'],
    unpackedLimit: 64 * MEBIBYTE,
  },
  kuairec: {
    name: 'kuairec',
    urls: [
      'https://zenodo.org/records/18164998/files/KuaiRec.zip',
      'https://zenodo.org/api/records/18164998/files/KuaiRec.zip/content',
    ],
    page: 'https://zenodo.org/records/18164998',
    bytes: 431_964_858,
    checksum: { algorithm: 'md5', value: '261550d472c48eff4990fb13c0e5bcf7' },
    terms: {
      title: 'KuaiRec 2.0',
      publisher: 'C. Gao et al., University of Science and Technology of China and Kuaishou',
      summary:
        'Creative Commons Attribution-ShareAlike 4.0: name the authors, say what was changed, and pass on what is made ' +
        'of the data under the same licence.',
      link: 'https://creativecommons.org/licenses/by-sa/4.0/',
      citation:
        'C. Gao, S. Li, W. Lei, J. Chen, B. Li, P. Jiang, X. He, J. Mao, T.-S. Chua. KuaiRec: A Fully-Observed Dataset ' +
        'and Insights for Evaluating Recommender Systems. CIKM 2022. https://doi.org/10.1145/3511808.3557220',
    },
    files: ['small_matrix.csv', 'item_categories.csv'],
    folder: 'data',
    unpackedLimit: 8192 * MEBIBYTE,
  },
};
