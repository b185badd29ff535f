/** Counts, tells another vat of it, and asks a service. */
export const buildRootObject = (_powers, _parameters, baggage) => {
  baggage.init('count', 0);
  let listener;
  return Far('counter', {
    bootstrap: (vats, { clerk }) => {
      listener = vats.listener;
      return E(clerk).note('begun');
    },
    add: async (by) => {
      baggage.set('count', baggage.get('count') + by);
      const heard = await E(listener).hear(baggage.get('count'), Far('receipt', { of: () => by }));
      return { heard, count: baggage.get('count') };
    },
    fail: () => {
      throw new Error('no');
    },
  });
};
