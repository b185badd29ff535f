export const buildRootObject = () => {
  let count = 0;
  return Far('member', { count: () => (count += 1) });
};
