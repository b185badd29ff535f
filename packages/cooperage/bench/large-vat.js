/** One that owns much: rows, objects that others hold, and objects of others. Also the one at the other end. */
export const buildRootObject = (_powers, _parameters, baggage) => {
  const { makeScalarBigMapStore } = VatData;
  const held = [];
  let table;
  let next = 0;
  let admin;
  let big;
  return Far('root', {
    bootstrap: (_vats, services) => {
      admin = services.vatAdmin;
    },
    create: async () => {
      big = await E(admin).createVat('large', { name: 'big', crankTimeLimit: 60_000 });
      return big.root;
    },
    terminate: async () => {
      await E(big.admin).terminateWithFailure('enough');
    },
    fill: (count) => {
      table ??= baggage.has('table')
        ? baggage.get('table')
        : (baggage.init('table', makeScalarBigMapStore('table', { durable: true })),
          baggage.get('table'));
      for (let i = 0; i < count; i += 1) table.init((next += 1), 'something to keep');
      return next;
    },
    make: (count) => harden(Array.from({ length: count }, () => Far('thing', {}))),
    take: async (maker, count) => {
      held.push(...(await E(maker).make(count)));
      return held.length;
    },
    ping: () => 'pong',
  });
};
