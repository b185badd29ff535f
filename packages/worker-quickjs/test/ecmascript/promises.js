/** Promises: order of jobs, adoption, combinators. */
export const promises = {
  'reactions run in the order in which they were added': async (log) => {
    const promise = Promise.resolve();
    void promise.then(() => log('a'));
    void promise.then(() => log('b'));
    await promise;
    await null;
    return 'a b';
  },
  'await of a native promise takes one turn': async (log) => {
    const other = (async () => {
      for (const each of ['1', '2', '3']) {
        log(each);
        await null;
      }
    })();
    await Promise.resolve();
    log('one turn later');
    await other;
    return '1 2 one turn later 3';
  },
  'resolving with a thenable takes a job of its own': async (log) => {
    const thenable = { then: (resolve) => (log('then'), resolve('value')) };
    const promise = Promise.resolve(thenable);
    log('before');
    log(await promise);
    return 'before then value';
  },
  'a promise cannot be resolved with itself': async (log) => {
    let resolve;
    const promise = new Promise((settle) => (resolve = settle));
    resolve(promise);
    await promise.catch((error) => log(error.name));
    return 'TypeError';
  },
  'combinators settle as they should': async (log) => {
    const bad = Promise.reject(Error('bad'));
    log(JSON.stringify(await Promise.all([1, Promise.resolve(2)])));
    log((await Promise.allSettled([bad, 1])).map(({ status }) => status).join());
    log(await Promise.race([new Promise(() => undefined), 3]));
    log(await Promise.any([bad, 4]));
    await Promise.any([bad]).catch((error) => log(error.name));
    return '[1,2] rejected,fulfilled 3 4 AggregateError';
  },
  'finally passes on what was there': async (log) => {
    log(await Promise.resolve('kept').finally(() => 'dropped'));
    await Promise.reject(Error('first'))
      .finally(() => 1)
      .catch(({ message }) => log(message));
    return 'kept first';
  },
  'asynchronous generators queue their requests': async (log) => {
    const generator = (async function* () {
      yield 1;
      yield 2;
    })();
    const both = await Promise.all([generator.next(), generator.next(), generator.next()]);
    log(JSON.stringify(both.map(({ value, done }) => [value ?? null, done])));
    return '[[1,false],[2,false],[null,true]]';
  },
};
