/** Keeps what it is given, waits, and asks services. */
export const buildRootObject = () => {
  let kept;
  let services;
  return Far('keeper', {
    bootstrap: (_vats, given) => {
      services = given;
    },
    keep: (object) => {
      kept = object;
    },
    drop: () => {
      kept = undefined;
    },
    has: () => kept !== undefined,
    make: () => Far('thing', { hello: () => 'hello' }),
    wait: (milliseconds) => E(services.timer).delay(milliseconds),
    mail: (to) => E(services.mailer).send({ to, text: 'hi' }),
    never: () => new Promise(() => {}),
    fail: () => {
      throw new Error('no');
    },
  });
};
