export const buildRootObject = () => Far('child', { add: (a, b) => a + b });
