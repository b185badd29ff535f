/** The one that drives: each method resolves when all that it began is done. */
export const makeDriver = ({ E, Far }) => {
  let peers = [];
  let createPeer;
  let zygote;

  return Far('driver', {
    bootstrap: async (vats, extras) => {
      peers = Object.entries(vats)
        .filter(([name]) => name.startsWith('peer'))
        .map(([, root]) => root);
      const callers = Object.entries(vats).filter(([name]) => name.startsWith('caller'));
      await Promise.all(callers.map(([, root], i) => E(root).meet(peers[i])));
      // Each kernel has its own way to the vat administration.
      if (vats.vatAdmin !== undefined) {
        const admin = await E(vats.vatAdmin).createVatAdminService(extras.vatAdmin);
        createPeer = () => E(admin).createVatByName('peer');
      } else if (extras.vatAdmin !== undefined) {
        createPeer = (options) => E(extras.vatAdmin).createVat('peer', options);
      }
    },

    pingPong: async (roundTrips) => {
      const [peer] = peers;
      for (let i = 0; i < roundTrips; i += 1) await E(peer).ping();
    },

    fanOut: async (rounds, messagesToEach) => {
      for (let round = 0; round < rounds; round += 1) {
        const answers = [];
        for (let i = 0; i < messagesToEach; i += 1) {
          for (const peer of peers) answers.push(E(peer).ping());
        }
        await Promise.all(answers);
      }
    },

    fanOutWork: async (rounds, messagesToEach, loops) => {
      for (let round = 0; round < rounds; round += 1) {
        const answers = [];
        for (let i = 0; i < messagesToEach; i += 1) {
          for (const peer of peers) answers.push(E(peer).work(loops));
        }
        await Promise.all(answers);
      }
    },

    createInSequence: async (count, options) => {
      for (let i = 0; i < count; i += 1) {
        const { root } = await createPeer(options);
        await E(root).ping();
      }
    },

    prepareZygote: async (options) => {
      zygote = await createPeer({ ...options, zygote: true });
    },

    forkInSequence: async (count) => {
      for (let i = 0; i < count; i += 1) {
        const { root } = await E(zygote.admin).fork([]);
        await E(root).ping();
      }
    },

    createAtOnce: async (count) => {
      const answers = [];
      for (let i = 0; i < count; i += 1) {
        answers.push(createPeer().then(({ root }) => E(root).ping()));
      }
      await Promise.all(answers);
    },
  });
};
