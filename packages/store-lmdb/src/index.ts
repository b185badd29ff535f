export type { LmdbBackend } from './lmdb-store.js';
export { type LmdbOptions, openLmdbBackend } from './open-lmdb-backend.js';
export { accessError } from './files/store-error.js';
export { isOwned } from './files/read-access.js';
export { type LmdbViewOptions, openLmdbView } from './view.js';
export { removeStore } from './remove-store.js';
