/** Proxies: traps, invariants, revocation. */
const attempt = (act) => {
  try {
    return String(act());
  } catch (error) {
    return error.name;
  }
};
export const proxies = {
  'traps are called in the order of the language': async (log) => {
    const handler = new Proxy({}, { get: (_target, name) => (log(String(name)), undefined) });
    const proxy = new Proxy({ a: 1 }, handler);
    void { ...proxy };
    return 'ownKeys getOwnPropertyDescriptor get';
  },
  'invariants are kept': async (log) => {
    const frozen = Object.freeze({ a: 1 });
    log(attempt(() => new Proxy(frozen, { get: () => 2 }).a));
    log(attempt(() => Object.keys(new Proxy(frozen, { ownKeys: () => [] }))));
    log(attempt(() => Object.isExtensible(new Proxy(frozen, { isExtensible: () => true }))));
    log(attempt(() => 'a' in new Proxy(frozen, { has: () => false })));
    log(attempt(() => Object.getPrototypeOf(new Proxy(frozen, { getPrototypeOf: () => null }))));
    return 'TypeError TypeError TypeError TypeError TypeError';
  },
  'a revoked proxy does nothing any more': async (log) => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    log(attempt(() => proxy.a));
    log(typeof proxy);
    return 'TypeError object';
  },
  'functions and constructors': async (log) => {
    const Made = new Proxy(
      class {
        constructor(a) {
          this.a = a;
        }
      },
      {
        construct: (target, args, newTarget) => Reflect.construct(target, [args[0] + 1], newTarget),
      },
    );
    log(new Made(1).a);
    log(new Proxy((a) => a, { apply: (target, _self, args) => target(args[0]) * 2 })(4));
    log(attempt(() => new new Proxy(() => 1, {})()));
    return '2 8 TypeError';
  },
  'arrays behind proxies are arrays': async (log) => {
    const proxy = new Proxy([1, 2], {});
    log(Array.isArray(proxy));
    log(JSON.stringify(proxy));
    log(proxy.concat([3]).length);
    return 'true [1,2] 3';
  },
};
