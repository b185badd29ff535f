// Records as a hostile worker could make them, by the name of the case.
const UNDEFINED = { body: '#"#undefined"', slots: [] };
const record = (n, syscalls) =>
  `{"n":${n},"status":["ok"],"syscalls":[${syscalls.join(',')}],"usage":null}`;
const entry = (...syscall) => `[${JSON.stringify(syscall)}]`;
const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));
/** The promise for the answer to a message. */
const resultOf = ({ delivery }) => delivery[2]?.result;
const answer = (delivery, body, slots = []) =>
  entry('resolve', [[resultOf(delivery), false, { body, slots }]]);
const send = (target, slots, result = null) =>
  entry('send', target, {
    methargs: { body: `#${JSON.stringify(['m', slots.map((_, i) => `$${i}`)])}`, slots },
    result,
  });

/** Applies to the messages of a vat; its start, and all else, is answered by an empty record. */
const onMessage = (make) => (numbered) =>
  numbered.delivery[0] === 'message' ? make(numbered) : undefined;

export const RECORDS = {
  nested: onMessage((d) => {
    const depth = 4_000_000;
    return record(d.n, [answer(d, `#${'['.repeat(depth)}${']'.repeat(depth)}`)]);
  }),
  digits: onMessage((d) => record(d.n, [answer(d, `#"+${'9'.repeat(9_900_000)}"`)])),
  elements: onMessage((d) => record(d.n, [answer(d, `#[${'0,'.repeat(4_900_000)}0]`)])),
  sends: onMessage((d) =>
    record(d.n, [answer(d, '#0'), ...times(300_000, (i) => send('o+0', [], `p+${i + 5}`))]),
  ),
  'sends-abroad': onMessage((d) => {
    const [target] = d.delivery[2].methargs.slots;
    return record(d.n, [answer(d, '#0'), ...times(300_000, (i) => send(target, [], `p+${i + 5}`))]);
  }),
  promises: onMessage((d) =>
    record(d.n, [
      entry('resolve', [[resultOf(d), false, { body: '#["&0"]', slots: ['p+5'] }]]),
      ...times(200_000, (i) =>
        entry('resolve', [[`p+${i + 5}`, false, { body: '#["&0"]', slots: [`p+${i + 6}`] }]]),
      ),
    ]),
  ),
  'promises-redirected': onMessage((d) =>
    record(d.n, [
      entry('resolve', [[resultOf(d), false, { body: '#"&0"', slots: ['p+5'] }]]),
      ...times(200_000, (i) =>
        entry('resolve', [[`p+${i + 5}`, false, { body: '#"&0"', slots: [`p+${i + 6}`] }]]),
      ),
      entry('resolve', [['p+200005', false, { body: '#0', slots: [] }]]),
    ]),
  ),
  vatstore: onMessage((d) =>
    record(d.n, [answer(d, '#0'), ...times(990_000, (i) => entry('vatstoreSet', `key${i}`, 'x'))]),
  ),
  exports: onMessage((d) =>
    record(d.n, [
      answer(d, '#0'),
      ...times(30, (i) =>
        send(
          'o+0',
          times(10_000, (j) => `o+${i * 10_000 + j + 1}`),
        ),
      ),
    ]),
  ),
  subscribes: onMessage((d) =>
    record(d.n, [answer(d, '#0'), ...times(300_000, (i) => entry('subscribe', `p+${i + 5}`))]),
  ),
  drops: onMessage((d) => {
    const { slots } = d.delivery[2].methargs;
    if (!slots.some((slot) => slot.startsWith('o-'))) return record(d.n, [answer(d, '#0')]);
    return record(d.n, [
      answer(d, '#0'),
      entry('dropImports', slots),
      entry('retireImports', slots),
    ]);
  }),
  value: onMessage((d) =>
    record(d.n, [answer(d, '#0'), entry('vatstoreSet', 'key', '\u20ac'.repeat(15_900_000))]),
  ),
  text: onMessage((d) => record(d.n, [answer(d, `#"${'\u20ac'.repeat(9_900_000)}"`)])),
};
export { UNDEFINED };
