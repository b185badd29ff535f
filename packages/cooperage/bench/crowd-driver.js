/** Makes a crowd of forks of one zygote, and asks all of them. */
export const buildRootObject = () => {
  let createVat;
  const roots = [];
  const admins = [];
  let zygote;
  return Far('driver', {
    bootstrap: (_vats, { vatAdmin }) => {
      createVat = (...args) => E(vatAdmin).createVat(...args);
    },
    populate: async (count) => {
      const { admin } = await createVat('member', { zygote: true });
      for (let i = 0; i < count; i += 1) {
        const fork = await E(admin).fork([]);
        roots.push(fork.root);
        admins.push(fork.admin);
        await E(fork.root).count();
      }
    },
    prepare: async () => {
      ({ admin: zygote } = await createVat('member', { zygote: true }));
    },
    fork: async (count) => {
      for (let i = 0; i < count; i += 1) {
        const { root } = await E(zygote).fork([]);
        await E(root).count();
      }
    },
    takeOffline: () => {
      for (const admin of admins) void E(admin).takeOffline();
    },
    askFirst: () => E(roots[0]).count(),
    askAll: async () => {
      const answers = await Promise.all(roots.map((root) => E(root).count()));
      return answers.reduce((sum, answer) => sum + answer, 0);
    },
  });
};
