/** What a kernel can hold much of, and a world that has as much of it as one says. */

/** Messages of the driver in one round: each is a crank of its receiver, and one in which the driver hears of it. */
const MESSAGES = 16;
const PEERS = 8;

/** References in one message. */
const AT_ONCE = 500;

const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));

/** Vats' names of imports. As numbers: ten million texts would have the engine collect garbage of the script's. */
const makeImports = () => {
  let numbers = new Uint32Array(1_024);
  let count = 0;
  return {
    add: (slots) => {
      if (count + slots.length > numbers.length) {
        const larger = new Uint32Array(2 * numbers.length);
        larger.set(numbers);
        numbers = larger;
      }
      for (const slot of slots) numbers[count++] = Number(slot.slice('o-'.length));
    },
    pick: (random) => `o-${numbers[random(count)]}`,
  };
};

/** A driver that sends to any of the objects that it was given. */
const makeDriver = (world) => {
  const known = makeImports();
  let newest = 0;
  const vat = world.createVat('driver', {
    take: (slots) => {
      known.add(slots);
      return [];
    },
    go: () =>
      times(MESSAGES, () => {
        newest += 1;
        const result = `p+${newest}`;
        const target = known.pick(world.random);
        const message = { methargs: { body: '#["ping",[]]', slots: [] }, result };
        return [
          ['send', target, message],
          ['subscribe', result],
        ];
      }).flat(),
  });
  return {
    ...vat,
    /** The driver gets to know these roots. */
    meet: async (roots) => {
      for (let i = 0; i < roots.length; i += AT_ONCE) {
        await world.sendAll([[vat.root, 'take', roots.slice(i, i + AT_ONCE)]]);
      }
    },
    round: () => world.sendAll([[vat.root, 'go']]),
  };
};

/** A vat that makes new objects and gives them to the vat that asks. */
const lender = () => {
  let made = 0;
  return {
    lend: ([borrower]) => {
      const slots = times(AT_ONCE, () => `o+${(made += 1) + 10}`);
      const body = `#${JSON.stringify(['take', slots.map((_, i) => `$${i}`)])}`;
      return [['send', borrower, { methargs: { body, slots }, result: null }]];
    },
  };
};

const lendTo = async (driver, world, lenders, objects) => {
  const turns = Math.ceil(objects / AT_ONCE);
  for (let i = 0; i < turns; i += 1) {
    await world.sendAll([[lenders[i % lenders.length].root, 'lend', [driver.root]]]);
  }
};

const simple = async (world) => {
  const driver = makeDriver(world);
  const peers = times(PEERS, (i) => world.createVat(`peer${i}`, lender()));
  return { driver, peers };
};

/** What grows: each gives a world of that size, and what is done in it over and over. */
export const DIMENSIONS = [
  {
    name: 'vats',
    what: 'vats, any of which a message goes to',
    sizes: [10, 100, 1_000, 10_000],
    grow: async (world, size) => {
      const driver = makeDriver(world);
      const vats = times(size, (i) => world.createVat(`vat${i}`));
      await driver.meet(vats.map(({ root }) => root));
      return driver.round;
    },
  },
  {
    name: 'objects',
    what: 'live objects of eight vats, any of which a message goes to',
    sizes: [100, 1_000, 10_000, 100_000, 1_000_000],
    large: [10_000_000],
    grow: async (world, size) => {
      const { driver, peers } = await simple(world);
      await lendTo(driver, world, peers, size);
      return driver.round;
    },
  },
  {
    name: 'c-list',
    what: 'entries of the c-list of a vat that neither uses nor drops them, which gets every message',
    sizes: [100, 1_000, 10_000, 100_000, 1_000_000],
    grow: async (world, size) => {
      const driver = makeDriver(world);
      const store = world.createVat('store', { take: () => [] });
      const peer = world.createVat('peer', lender());
      await lendTo(store, world, [peer], size);
      await driver.meet([store.root]);
      return driver.round;
    },
  },
  {
    name: 'inbox',
    what: 'messages in the inbox of a vat that is slow, and answers one at a time',
    sizes: [10, 100, 1_000, 10_000, 100_000],
    grow: async (world, size) => {
      const { driver, peers } = await simple(world);
      await driver.meet(peers.map(({ root }) => root));
      const slow = world.createVat('slow', {}, { window: 1, inboxLimit: 10 * size });
      world.silence(slow.vatID);
      const messages = (count) => times(count, () => [slow.root, 'ping']);
      await world.sendAll(messages(size));
      return async () => {
        await world.hear(slow.vatID, 16);
        await world.sendAll(messages(16));
        await driver.round();
      };
    },
  },
  {
    name: 'rows',
    what: 'rows of 1,000 characters that vats have stored, any of which a crank writes again',
    sizes: [100, 1_000, 10_000, 100_000, 1_000_000],
    grow: async (world, size) => {
      const value = 'x'.repeat(1_000);
      const each = Math.ceil(size / PEERS);
      let newest = 0;
      const set = (i) => ['vatstoreSet', `row.${i}`, value];
      const driver = makeDriver(world);
      const peers = times(PEERS, (i) =>
        world.createVat(`peer${i}`, {
          store: () => times(AT_ONCE, () => set((newest += 1) % each)),
          ping: () => [set(world.random(each))],
        }),
      );
      for (const { root } of peers) {
        await world.sendAll(times(Math.ceil(each / AT_ONCE), () => [root, 'store']));
      }
      await driver.meet(peers.map(({ root }) => root));
      return driver.round;
    },
  },
];
