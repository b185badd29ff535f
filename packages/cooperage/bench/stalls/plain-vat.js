export const buildRootObject = () => {
  let kept = [];
  let administration;
  let member;
  const rows = VatData.makeScalarBigMapStore('rows');
  return Far('root', {
    bootstrap: (_vats, { vatAdmin }) => void (administration = vatAdmin),
    m: () => undefined,
    sends: (other, count) => {
      for (let i = 0; i < count; i += 1) E(other).m();
    },
    objects: (other, sends, each) => {
      for (let i = 0; i < sends; i += 1) {
        kept = Array.from({ length: each }, () => Far('object', {}));
        E(other).m(kept);
      }
    },
    take: (promises) => void (kept = promises),
    write: (from, count) => {
      for (let i = from; i < from + count; i += 1) rows.init(i, 'a row');
    },
    /** Another vat of this code, with so many rows. */
    raise: async (count) => {
      member = await E(administration).createVat('plain', { name: 'member' });
      for (let from = 0; from < count; from += 5_000) await E(member.root).write(from, 5_000);
    },
    fork: async () => void (await E(member.admin).fork([])),
  });
};
