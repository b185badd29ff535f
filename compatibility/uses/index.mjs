/**
 * One line of real use of each package: what it imports, and an expression whose value is data. In a vat it must be what it
 * is in Node. `ambient`: the package asks for the time or for randomness. `fails`: why it does not work, in a sentence.
 */
import { GENERAL } from './general.mjs';
import { SCHEMAS } from './schemas.mjs';
import { TEXT } from './text.mjs';
import { NUMBERS } from './numbers.mjs';
import { BINARY } from './binary.mjs';
import { VATS } from './vats.mjs';

export const USES = [...GENERAL, ...SCHEMAS, ...TEXT, ...NUMBERS, ...BINARY, ...VATS];
