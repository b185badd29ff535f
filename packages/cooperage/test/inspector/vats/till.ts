import type { BuildRootObject } from 'cooperage/vat';

export const buildRootObject: BuildRootObject = () => {
  let total = 0;
  return Far('till', {
    add: (amount: number) => {
      total += amount;
      return total;
    },
  });
};
