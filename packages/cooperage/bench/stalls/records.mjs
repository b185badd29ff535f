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

/** Applies to the message that is measured. The vat's start, `bootstrap` and what it sends itself get an empty record. */
const onMessage = (make) => (numbered) =>
  numbered.delivery[0] === 'message' && numbered.delivery[2].methargs.body.startsWith('#["go"')
    ? make(numbered)
    : undefined;

/** As much as the limits let one record hold: nothing of it is refused. */
const WITHIN = {
  'nested-within': onMessage((d) => {
    const deep = `${'['.repeat(248)}${']'.repeat(248)}`;
    return record(d.n, [
      entry('vatstoreSet', 'key', 'x'),
      answer(d, `#[${times(3_900, () => deep).join(',')}]`),
    ]);
  }),
  'digits-within': onMessage((d) =>
    record(d.n, [answer(d, `#[${times(195, () => `"+${'9'.repeat(9_990)}"`).join(',')}]`)]),
  ),
  'elements-within': onMessage((d) => record(d.n, [answer(d, `#[${'0,'.repeat(990_000)}0]`)])),
  'errors-within': onMessage((d) => {
    const error = '{"#error":"no","name":"Error","errorId":"error:liveSlots:v1#70001"}';
    return record(d.n, [answer(d, `#[${times(15_000, () => error).join(',')}]`)]);
  }),
  'tagged-within': onMessage((d) => {
    const tagged = '{"#tag":"copySet","payload":[1]}';
    return record(d.n, [answer(d, `#[${times(60_000, () => tagged).join(',')}]`)]);
  }),
  'symbols-within': onMessage((d) =>
    record(d.n, [answer(d, `#[${times(180_000, () => '"%@@iterator"').join(',')}]`)]),
  ),
  'records-within': onMessage((d) =>
    record(d.n, [answer(d, `#[${times(140_000, (i) => `{"a":${i % 10},"b":"!c"}`).join(',')}]`)]),
  ),
  'slots-within': onMessage((d) => {
    const slots = times(9_990, (i) => `o+${i + 5}`);
    return record(d.n, [answer(d, `#${JSON.stringify(slots.map((_, i) => `$${i}`))}`, slots)]);
  }),
  'promise-slots-within': onMessage((d) => {
    const slots = times(9_990, (i) => `p+${i + 5}`);
    return record(d.n, [
      answer(d, `#${JSON.stringify(slots.map((_, i) => `&${i}`))}`, slots),
      ...slots.map((slot) => entry('resolve', [[slot, false, { body: '#1', slots: [] }]])),
    ]);
  }),
  'sends-within': onMessage((d) =>
    record(d.n, [answer(d, '#0'), ...times(99_000, (i) => send('o+0', [], `p+${i + 5}`))]),
  ),
  'sends-abroad-within': onMessage((d) => {
    const [target] = d.delivery[2].methargs.slots;
    return record(d.n, [answer(d, '#0'), ...times(99_000, (i) => send(target, [], `p+${i + 5}`))]);
  }),
  'promises-within': onMessage((d) =>
    record(d.n, [
      entry('resolve', [[resultOf(d), false, { body: '#["&0"]', slots: ['p+5'] }]]),
      ...times(99_000, (i) =>
        entry('resolve', [[`p+${i + 5}`, false, { body: '#["&0"]', slots: [`p+${i + 6}`] }]]),
      ),
    ]),
  ),
  'promises-redirected-within': onMessage((d) =>
    record(d.n, [
      entry('resolve', [[resultOf(d), false, { body: '#"&0"', slots: ['p+5'] }]]),
      ...times(90_000, (i) =>
        entry('resolve', [[`p+${i + 5}`, false, { body: '#"&0"', slots: [`p+${i + 6}`] }]]),
      ),
      entry('resolve', [['p+90005', false, { body: '#0', slots: [] }]]),
    ]),
  ),
  'vatstore-within': onMessage((d) =>
    record(d.n, [answer(d, '#0'), ...times(199_000, (i) => entry('vatstoreSet', `key${i}`, 'x'))]),
  ),
  'exports-within': onMessage((d) =>
    record(d.n, [
      answer(d, '#0'),
      ...times(19, (i) =>
        send(
          'o+0',
          times(9_990, (j) => `o+${i * 10_000 + j + 1}`),
        ),
      ),
    ]),
  ),
  'subscribes-within': onMessage((d) =>
    record(d.n, [answer(d, '#0'), ...times(199_000, (i) => entry('subscribe', `p+${i + 5}`))]),
  ),
  'values-within': onMessage((d) =>
    record(d.n, [
      answer(d, '#0'),
      ...times(9, (i) => entry('vatstoreSet', `key${i}`, '\u20ac'.repeat(1_990_000))),
    ]),
  ),
  'texts-within': onMessage((d) =>
    record(d.n, [
      answer(d, `#"${'\u20ac'.repeat(1_990_000)}"`),
      ...times(8, () =>
        entry('send', 'o+0', {
          methargs: { body: `#["m",["${'\u20ac'.repeat(1_980_000)}"]]`, slots: [] },
          result: null,
        }),
      ),
    ]),
  ),
};

export const RECORDS = {
  ...WITHIN,
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
