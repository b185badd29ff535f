export const buildRootObject = () => {
  let visits = 0;
  return Far('greeter', {
    hello: (name) => `Hello, ${name}! You are visitor ${(visits += 1)}.`,
  });
};
