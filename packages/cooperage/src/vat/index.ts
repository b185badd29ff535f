/**
 * What vats import from `cooperage/vat`: exos, stores and zones over the `VatData` of their compartment. With
 * `"types": ["cooperage/vat"]` in `tsconfig.json` it declares what every vat finds around it as well.
 */
export * from '@cooperage/liveslots/vat';
export { decodeBytes, encodeBytes, type PassableBytes } from './bytes.js';
export type { BuildRootObject, VatPowers } from './globals.js';
