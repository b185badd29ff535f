export { type LmdbOptions, openLmdbBackend } from './open-lmdb-backend.js';
