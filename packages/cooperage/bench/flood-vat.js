/** One that floods another, is flooded, and plays ball meanwhile. */
export const buildRootObject = () => {
  const last = new Map();
  let count = 0;
  let inOrder = true;
  let sent = 0;
  const root = Far('root', {
    take: (from, i) => {
      inOrder = inOrder && i === (last.get(from) ?? -1) + 1;
      last.set(from, i);
      count += 1;
    },
    received: () => ({ count, inOrder }),
    /** Takes time, and takes no messages meanwhile. */
    work: (loops) => {
      let sum = 0;
      for (let i = 0; i < loops; i += 1) sum += i % 7;
      return sum;
    },
    /** So many messages in one crank, which want no answer. */
    flood: (size, target) => {
      for (let i = 0; i < size; i += 1) {
        E.sendOnly(target).take(root, sent);
        sent += 1;
      }
    },
    pong: () => 'pong',
    rally: async (rounds, other) => {
      for (let i = 0; i < rounds; i += 1) await E(other).pong();
    },
  });
  return root;
};
