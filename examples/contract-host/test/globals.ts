// Vat modules find these in their compartment; a test that loads them in its own heap has to provide them.
import 'ses';
import '@endo/eventual-send/shim.js';
import { E, Far } from '@endo/far';
import harden from '@endo/harden';

Object.assign(globalThis, { E, Far, harden });
