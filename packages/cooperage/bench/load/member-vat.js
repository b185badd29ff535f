/**
 * A vat that does what makes a kernel grow: durable rows, virtual objects, objects that others hold for a while, promises
 * between vats. What it keeps is bounded, so that growth is the kernel's.
 */
const KEYS = 200;

export const buildRootObject = (vatPowers, _parameters, baggage) => {
  const { VatData = vatPowers.VatData } = globalThis;
  const { makeKindHandle, defineDurableKind, makeScalarBigMapStore } = VatData;
  const provide = (name, make) => {
    if (!baggage.has(name)) baggage.init(name, make());
    return baggage.get(name);
  };
  const makeTicket = defineDurableKind(
    provide('kind of tickets', () => makeKindHandle('ticket')),
    (number) => ({ number }),
    { read: ({ state }) => state.number },
  );
  const tickets = provide('tickets', () => makeScalarBigMapStore('tickets', { durable: true }));
  const keep = (key, value) => {
    if (tickets.has(key)) tickets.set(key, value);
    else tickets.init(key, value);
  };
  return Far('member', {
    connect: (peer) => keep('peer', peer),
    /** Two objects are shown to the peer, which asks each for its number: ten cranks, and a few rows. */
    work: async (number) => {
      const ticket = makeTicket(number);
      keep(`ticket ${number % KEYS}`, ticket);
      const note = Far('note', { read: () => number });
      const peer = tickets.get('peer');
      const answers = await Promise.allSettled([E(peer).look(note), E(peer).look(ticket)]);
      if (answers.some(({ status }) => status === 'rejected')) return 'cut off';
      return answers.every(({ value }) => value === number) ? 'right' : 'wrong';
    },
    look: (thing) => E(thing).read(),
  });
};
