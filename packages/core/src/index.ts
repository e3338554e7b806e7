export { CoreError, FileError, type FileFault, MissingPackageError } from './errors.js';
export { show } from './show.js';
