/** Collections, weak ones, and the order of properties. */
export const collections = {
  'maps keep the order of insertion while they change': async (log) => {
    const map = new Map([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
    for (const [key] of map) {
      log(key);
      if (key === 'a') {
        map.delete('b');
        map.set('d', 4);
      }
      if (key === 'c') map.delete('a');
    }
    return 'a c d';
  },
  'zero and NaN are keys like any other': async (log) => {
    const map = new Map([
      [NaN, 'nan'],
      [-0, 'zero'],
    ]);
    log(map.get(NaN));
    log(map.get(0));
    log(Object.is([...map.keys()][1], 0));
    return 'nan zero true';
  },
  'a deleted key that is set again comes last': async (log) => {
    const set = new Set(['a', 'b']);
    set.delete('a');
    set.add('a');
    log([...set].join());
    return 'b,a';
  },
  'weak collections refuse what is no object': async (log) => {
    for (const act of [
      () => new WeakMap([[1, 1]]),
      () => new WeakSet(['a']),
      () => new WeakMap().set(Symbol.for('a'), 1),
    ]) {
      try {
        act();
        log('taken');
      } catch (error) {
        log(error.name);
      }
    }
    return 'TypeError TypeError TypeError';
  },
  'a weak map holds its values for its keys': async (log) => {
    const key = {};
    const map = new WeakMap([[key, { back: key }]]);
    log(map.get(key).back === key);
    log(map.has({}));
    log(map.delete(key));
    log(map.has(key));
    return 'true false true false';
  },
  'numbers first, then names as they came': async (log) => {
    const object = { b: 1, 2: 1, a: 1, 1: 1, [Symbol.iterator]: 1 };
    log(Reflect.ownKeys(object).map(String).join());
    return '1,2,b,a,Symbol(Symbol.iterator)';
  },
  'sorting is stable': async (log) => {
    const list = Array.from({ length: 100 }, (_, i) => [i % 3, i]);
    list.sort(([a], [b]) => a - b);
    log(list.every((each, i) => i === 0 || each[0] > list[i - 1][0] || each[1] > list[i - 1][1]));
    return 'true';
  },
  'newer methods are there': async (log) => {
    log([1, 2, 3].at(-1));
    log([3, 1].toSorted().join());
    log(Object.groupBy([1, 2, 3], (n) => (n % 2 ? 'odd' : 'even')).odd.length);
    log([...new Set([1, 2]).union(new Set([3]))].length);
    log('a-b-c'.replaceAll('-', ''));
    log(Object.hasOwn({ a: 1 }, 'a'));
    return '3 1,3 2 3 abc true';
  },
};
