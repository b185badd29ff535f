export const buildRootObject = () => {
  let kept = [];
  return Far('root', {
    m: () => undefined,
    sends: (other, count) => {
      for (let i = 0; i < count; i += 1) E(other).m();
    },
    objects: (other, sends, each) => {
      for (let i = 0; i < sends; i += 1) {
        kept = Array.from({ length: each }, () => Far('object', {}));
        E(other).m(kept);
      }
    },
  });
};
