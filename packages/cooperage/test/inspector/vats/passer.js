/** Makes things, and passes them on. */
export const buildRootObject = () => {
  const kept = [];
  return Far('passer', {
    make: (name) => Far(name, {}),
    keep: (thing) => void kept.push(thing),
    pass: (to, thing) => E(to).keep(thing),
    drop: () => {
      kept.length = 0;
    },
  });
};
