/** Calls its partner over and over, with some calls outstanding. */
export const makeCaller = ({ E, Far }) => {
  let partner;
  return Far('caller', {
    meet: (peer) => {
      partner = peer;
    },
    call: async (count, outstanding) => {
      const callInTurn = async () => {
        for (let i = 0; i < count; i += 1) await E(partner).ping();
      };
      await Promise.all(Array.from({ length: outstanding }, callInTurn));
    },
  });
};
