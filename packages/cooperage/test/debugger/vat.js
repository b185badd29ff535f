export const buildRootObject = () =>
  Far('root', {
    ping: () => 'pong',
    stop: () => {
      // eslint-disable-next-line no-debugger
      debugger;
      return 'alive';
    },
    loop: () => {
      for (;;);
    },
  });
