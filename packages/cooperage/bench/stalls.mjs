/** The longest that this thread has let a timer wait, in milliseconds, since it was last asked to begin anew. */
export const watchStalls = () => {
  let longest = 0;
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1).unref();
  return {
    begin: () => {
      longest = 0;
      last = performance.now();
    },
    longest: () => longest,
  };
};
