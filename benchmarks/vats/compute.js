const { imul } = Math;

/** Work that costs the same on both sides: vats have no clock, so it is counted in turns of a loop. */
export const compute = (loops) => {
  let x = 1;
  for (let i = 0; i < loops; i += 1) x = (imul(x, 1103515245) + 12345) | 0;
  return x;
};
