import type { VatID } from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import type { ChangeVats } from '../change-vats.js';
import { checked } from '../host-calls.js';
import type { CooperageKernel } from '../kernel-api.js';
import type { EndOfKernel } from './end-of-kernel.js';

export interface VatMethodPowers {
  readonly runner: Runner;
  readonly changes: ChangeVats;
  readonly end: EndOfKernel;
  readonly createVat: CooperageKernel['createVat'];
  readonly vatIDOf: (vat: string) => VatID;
}

/** The methods of an open kernel that make a vat or act on one: with checked arguments, and no longer than the kernel lives. */
export const makeVatMethods = ({
  runner,
  changes,
  end,
  createVat,
  vatIDOf,
}: VatMethodPowers): Pick<
  CooperageKernel,
  'createVat' | 'upgradeVat' | 'upgradeBundle' | 'changeOptions' | 'snapshot' | 'bringOutYourDead'
> => ({
  createVat: end.covering(checked('createVat', createVat)),
  upgradeVat: end.covering(checked('upgradeVat', changes.upgradeVat)),
  upgradeBundle: end.covering(checked('upgradeBundle', changes.upgradeBundle)),
  changeOptions: end.covering(checked('changeOptions', changes.changeOptions)),
  snapshot: end.covering(checked('snapshot', async (vat) => runner.snapshot(vatIDOf(vat)))),
  bringOutYourDead: checked('bringOutYourDead', (vat) => {
    const vatID = vatIDOf(vat);
    runner.input((host) => host.bringOutYourDead(vatID));
  }),
});
