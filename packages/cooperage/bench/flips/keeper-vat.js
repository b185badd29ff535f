/** Keeps numbers in its heap, in virtual objects and in a durable table, and can say what it has. */
export const buildRootObject = (vatPowers, _parameters, baggage) => {
  const { VatData = vatPowers.VatData } = globalThis;
  const { makeKindHandle, defineDurableKind, makeScalarBigMapStore } = VatData;
  const provide = (name, make) => {
    if (!baggage.has(name)) baggage.init(name, make());
    return baggage.get(name);
  };
  const makeCell = defineDurableKind(
    provide('kind of cells', () => makeKindHandle('cell')),
    (number, text) => ({ number, text }),
    { read: ({ state: { number, text } }) => `${number} ${text.length}` },
  );
  const cells = provide('cells', () => makeScalarBigMapStore('cells', { durable: true }));
  const heap = [];
  let peer;
  return Far('keeper', {
    connect: (other) => {
      peer = other;
    },
    add: async (number, text) => {
      heap.push(number);
      cells.init(`cell ${number}`, makeCell(number, text));
      if (peer !== undefined) await E(peer).note(Far('note', { read: () => number }));
    },
    note: async (note) => {
      heap.push(await E(note).read());
    },
    wait: () => new Promise(() => undefined),
    all: () => {
      const stored = [...cells.values()].map((cell) => cell.read());
      return JSON.stringify([heap, stored]);
    },
  });
};
