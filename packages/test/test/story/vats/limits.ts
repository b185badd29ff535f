import type { BuildRootObject } from 'cooperage/vat';

export const buildRootObject: BuildRootObject = () =>
  Far('limits', { allows: (_payer: string, amount: number) => amount <= 75 });
