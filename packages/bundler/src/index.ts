/** Vat code from modules. */
export {
  type BundleContents,
  type BundleDifference,
  compareBundles,
  contentsOf,
  type ModuleContents,
  type PackageContents,
} from './bundle-contents.js';
export type { BundledModule, BundleText } from './format.js';
export {
  allowContents,
  type AllowedPackages,
  allowedPackagesFile,
  readAllowedPackages,
} from './package-policy.js';
export { makeTrace, parseSourceMap, type Mappings, type Place, type SourcePlace } from './trace.js';
export type { Bundle } from './bundle-cache.js';
export type { InputFile } from './inputs.js';
export {
  type BundleOptions,
  type BundleProgress,
  type Bundler,
  type BundlerOptions,
  makeBundler,
} from './bundler.js';
