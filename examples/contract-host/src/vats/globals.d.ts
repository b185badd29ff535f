// What a vat finds in its compartment. They are globals, and not imports, because each vat's bundle would
// otherwise carry and evaluate its own copy of the libraries behind them.
import type { E as EProxy, Far as MakeFar } from '@endo/far';
import type {} from 'ses'; // declares `harden` and `Compartment`

declare global {
  var E: typeof EProxy;
  var Far: typeof MakeFar;
}
