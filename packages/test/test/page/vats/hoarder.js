/** Does what a plan says: keeps objects, writes data, makes vats, forks and ends them, and sends to others. */
export const buildRootObject = (_powers, _parameters, baggage) => {
  const { defineDurableKind, makeKindHandle, makeScalarBigMapStore } = VatData;
  if (!baggage.has('coin')) {
    baggage.init('coin', makeKindHandle('coin'));
    baggage.init('book', makeScalarBigMapStore('book', { durable: true }));
  }
  const makeCoin = defineDurableKind(baggage.get('coin'), (value) => ({ value }), {
    value: ({ state }) => state.value,
  });
  const book = baggage.get('book');
  const kept = [];
  const children = [];
  let vatAdmin;
  return Far('hoarder', {
    bootstrap: (_vats, services) => {
      vatAdmin = services.vatAdmin;
    },
    make: (value) => void kept.push(makeCoin(value)),
    take: (thing) => void kept.push(thing),
    pass: (to) => (kept.length === 0 ? undefined : E(to).take(kept.at(-1))),
    drop: () => {
      kept.length = 0;
    },
    write: (key, value) => (book.has(key) ? book.set(key, value) : book.init(key, value)),
    keep: (key) => {
      if (kept.length > 0 && !book.has(key)) book.init(key, kept.at(-1));
    },
    erase: (key) => (book.has(key) ? book.delete(key) : undefined),
    read: (key) => book.get(key),
    say: (text) => {
      console.log(text);
      console.warn('so late');
    },
    wait: () => void kept.push(Far('waits', { for: () => new Promise(() => {}) })),
    spawn: async (zygote) => {
      if (vatAdmin !== undefined) children.push(await E(vatAdmin).createVat('child', { zygote }));
    },
    fork: async () => {
      if (children.length > 0) children.push(await E(children[0].admin).fork([]));
    },
    end: async () => {
      const last = children.pop();
      if (last !== undefined) await E(last.admin).terminateWithFailure(Error('ended by the plan'));
    },
  });
};
