/** Upgrades each vat to its own code after so many of its cranks: its transcript and its heap begin anew. */
export const makeUpgrades = ({ kernel, names, every }) => {
  const cranks = new Map();
  const underWay = new Set();
  let made = 0;

  const upgrade = async (vatID) => {
    // Static vats are numbered in the order of the config.
    const name = names[Number(vatID.slice(1)) - 1];
    made += 1;
    await kernel.upgradeVat(name, { bundle: 'member' });
  };

  if (every > 0) {
    // The vats do not all begin at nought: their upgrades are spread over time.
    names.forEach((_, i) => cranks.set(`v${i + 1}`, Math.round((i * every) / names.length)));
    kernel.on('retired', ({ vatID }) => {
      const count = (cranks.get(vatID) ?? 0) + 1;
      cranks.set(vatID, count);
      if (count < every || names[Number(vatID.slice(1)) - 1] === undefined) return;
      cranks.set(vatID, 0);
      const done = upgrade(vatID).finally(() => underWay.delete(done));
      underWay.add(done);
    });
  }
  return { made: () => made, finish: () => Promise.all(underWay) };
};
