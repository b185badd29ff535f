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
  let made = 0;
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
      if (vatAdmin === undefined) return;
      made += 1;
      const name = `child ${made}`;
      children.push({ name, ...(await E(vatAdmin).createVat('child', { name, zygote })) });
    },
    fork: async (which = 0) => {
      if (children.length === 0) return;
      const parent = children[which % children.length];
      const name = `fork of ${parent.name}`;
      children.push({ name, ...(await E(parent.admin).fork([], { name })) });
    },
    end: async () => {
      const last = children.pop();
      if (last !== undefined) await E(last.admin).terminateWithFailure(Error('ended by the plan'));
    },
    // What hold one another across vats, and nothing else holds.
    knot: async (other) => {
      const held = [];
      const own = Far('one end', { hold: (thing) => void held.push(thing) });
      held.push(await E(other).tie(own));
    },
    tie: (end) => {
      const held = [end];
      return Far('other end', { held: () => held });
    },
    state: () => harden([kept.length, children.length, ...book.entries()].flat().map(String)),
  });
};
