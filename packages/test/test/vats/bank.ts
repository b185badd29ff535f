import type { BuildRootObject } from 'cooperage/vat';

export const buildRootObject: BuildRootObject = () => {
  let balance = 100;
  return Far('bank', {
    balance: () => balance,
    set: (to: number) => {
      balance = to;
    },
  });
};
