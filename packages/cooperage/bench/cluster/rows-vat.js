// Rows for a shard, and answers.
export const buildRootObject = (vatPowers, _parameters, baggage) => {
  const { makeScalarBigMapStore } = vatPowers.VatData ?? VatData;
  let count = 0;
  if (!baggage.has('rows')) baggage.init('rows', makeScalarBigMapStore('rows', { durable: true }));
  const rows = baggage.get('rows');
  return Far('rows', {
    fill: (from, many) => {
      for (let i = from; i < from + many; i += 1) rows.init(i, `row ${i}`);
      return rows.getSize();
    },
    increment: () => (count += 1),
  });
};
