/** What the kernel says about references: unknown ones are ignored, because news may cross. */
import { makeError, X } from '@endo/errors';
import type { VRef } from '@cooperage/types';
import type { Exports } from '../refs/exports.js';
import type { PossiblyDead } from './possibly-dead.js';
import type { Recognizers } from './recognizers.js';
import { isLocal, isObject } from '../refs/vref.js';

export interface GcDeliveries {
  dropExports(vrefs: readonly VRef[]): void;
  retireExports(vrefs: readonly VRef[]): void;
  retireImports(vrefs: readonly VRef[]): void;
}

const insistObjects = (vrefs: readonly VRef[], local: boolean): void => {
  for (const vref of vrefs) {
    if (!isObject(vref) || isLocal(vref) !== local) {
      throw makeError(X`${vref} is not what this delivery is for`);
    }
  }
};

export const makeGcDeliveries = (
  exports: Exports,
  recognizers: Recognizers,
  possiblyDead: PossiblyDead,
): GcDeliveries => ({
  dropExports(vrefs) {
    insistObjects(vrefs, true);
    vrefs.forEach(exports.drop);
  },
  retireExports(vrefs) {
    insistObjects(vrefs, true);
    vrefs.forEach(exports.retire);
  },
  retireImports(vrefs) {
    insistObjects(vrefs, false);
    for (const vref of vrefs) {
      recognizers.cease(vref);
      // The kernel has forgotten it: to retire it from here, too, would be a fault.
      possiblyDead.retired.delete(vref);
    }
  },
});
