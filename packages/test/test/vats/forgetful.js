/** Counts in a variable: an upgrade loses it. */
export const buildRootObject = () => {
  let count = 0;
  return Far('counter', {
    add: (by) => (count += by),
    count: () => count,
  });
};
