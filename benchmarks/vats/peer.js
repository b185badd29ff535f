import { compute } from './compute.js';

/** The one that is driven. Its state is in its heap only: after a restart it has to be computed again. */
export const makePeer = ({ Far }) => {
  let pings = 0;
  return Far('peer', {
    bootstrap: () => {},
    ping: () => {
      pings += 1;
    },
    work: (loops) => {
      compute(loops);
    },
    pings: () => pings,
  });
};
