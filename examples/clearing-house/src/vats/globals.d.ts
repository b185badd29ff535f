// What a vat finds in its compartment, as far as this example uses it.
import type { E as EProxy, Far as MakeFar } from '@endo/far';
import type { MapStore } from './types.js';
import type {} from 'ses'; // declares `harden`

declare global {
  var E: typeof EProxy;
  var Far: typeof MakeFar;
  var VatData: {
    makeScalarBigMapStore<K, V>(label: string, options: { readonly durable: true }): MapStore<K, V>;
  };
}
