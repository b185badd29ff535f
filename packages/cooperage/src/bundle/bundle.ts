/** Vat code from modules. */
export type { Bundle } from './bundle-cache.js';
export {
  type BundleOptions,
  type BundleProgress,
  type Bundler,
  type BundlerOptions,
  makeBundler,
} from './bundler.js';
