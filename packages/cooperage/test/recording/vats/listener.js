/** Keeps what it hears of. */
export const buildRootObject = () => {
  const heard = [];
  return Far('listener', {
    hear: (count, receipt) => {
      heard.push(receipt);
      return E(receipt).of();
    },
    forget: () => {
      heard.length = 0;
    },
  });
};
