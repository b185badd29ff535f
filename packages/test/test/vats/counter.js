/** Counts in durable data: upgrades, evictions and crashes lose nothing. */
export const buildRootObject = (_powers, _parameters, baggage) => {
  if (!baggage.has('count')) baggage.init('count', 0);
  return Far('counter', {
    add: (by) => {
      baggage.set('count', baggage.get('count') + by);
      return baggage.get('count');
    },
    count: () => baggage.get('count'),
  });
};
