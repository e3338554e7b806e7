export { addPages, type PagesOptions } from './add-pages.js';
export { SiteFilesError } from './site-files-error.js';
