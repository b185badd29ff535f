/** The same calls, of methods that lockdown made accessors of so that objects can override them, and of plain ones. */
const plainOf = (prototype, names) =>
  Object.create(
    prototype,
    Object.fromEntries(names.map((name) => [name, { value: prototype[name] }])),
  );

const PlainArray = plainOf(Array.prototype, ['push', 'map']);
const PlainObject = plainOf(Object.prototype, ['valueOf']);
const PlainFunction = plainOf(Function.prototype, ['call']);

const cases = {
  push: (isPlain) => {
    const array = [];
    if (isPlain) Object.setPrototypeOf(array, PlainArray);
    return (n) => {
      array.push(n);
      if (array.length > 100) array.length = 0;
    };
  },
  map: (isPlain) => {
    const array = [1, 2, 3];
    if (isPlain) Object.setPrototypeOf(array, PlainArray);
    return () => array.map((n) => n);
  },
  valueOf: (isPlain) => {
    const object = { a: 1 };
    if (isPlain) Object.setPrototypeOf(object, PlainObject);
    return () => object.valueOf();
  },
  call: (isPlain) => {
    const add = (n) => n + 1;
    if (isPlain) Object.setPrototypeOf(add, PlainFunction);
    return (n) => add.call(undefined, n);
  },
};

export const buildRootObject = () =>
  Far('root', {
    bootstrap: () => undefined,
    run: (name, isPlain, times) => {
      const once = cases[name](isPlain);
      for (let n = 0; n < times; n += 1) once(n);
    },
  });
