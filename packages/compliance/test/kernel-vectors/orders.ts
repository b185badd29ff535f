/** The two orders of retirement, and what a crash leaves. */
import { fulfil, message, news, NOTHING, send, story, subscribe } from './story.js';

const WITNESS = { carol: {}, bob: { knows: ['carol'] }, alice: { knows: ['carol'] } };

export const orders = [
  story('in arrival order records are retired as they come', '2.4 arrival', WITNESS, (s) => {
    s.host('bob', 'go', [], 'bobs');
    s.host('alice', 'go', [], 'alices');
    s.gets('bob', message('o+0', 'go', [], 'p-go'));
    s.gets('alice', message('o+0', 'go', [], 'p-go'));
    s.does('alice', send('o-carol', 'from alice'));
    s.does('bob', send('o-carol', 'from bob'));
    s.crank('carol', message('o+0', 'from alice'));
    s.crank('carol', message('o+0', 'from bob'));
  }),
  story(
    'in issue order they are retired as their deliveries were issued',
    '2.4 issue',
    WITNESS,
    (s) => {
      s.host('bob', 'go', [], 'bobs');
      s.host('alice', 'go', [], 'alices');
      s.gets('bob', message('o+0', 'go', [], 'p-go'));
      s.gets('alice', message('o+0', 'go', [], 'p-go'));
      s.says('alice', [], send('o-carol', 'from alice'));
      s.quiet('carol');
      s.says('bob', ['bob', 'alice'], send('o-carol', 'from bob'));
      s.crank('carol', message('o+0', 'from bob'));
      s.crank('carol', message('o+0', 'from alice'));
    },
    'issue',
  ),
  story(
    'in issue order a vat’s own records interleave with those of others',
    '2.4 issue',
    { bob: { window: 3 }, alice: {} },
    (s) => {
      s.host('bob', 'one');
      s.host('alice', 'two');
      s.host('bob', 'three');
      s.gets('bob', message('o+0', 'one', [], 'p-one'));
      s.gets('bob', message('o+0', 'three', [], 'p-three'));
      s.gets('alice', message('o+0', 'two', [], 'p-two'));
      s.says('bob', ['bob'], fulfil('p-one'));
      s.says('bob', [], fulfil('p-three'));
      s.says('alice', ['alice', 'bob'], fulfil('p-two'));
      s.state({ promiseCount: 0 });
    },
    'issue',
  ),
  story(
    'in issue order deliveries are handed out when the record is retired that leaves room, not when one arrives',
    '4 details',
    { carol: { window: 2 }, bob: {}, alice: { knows: ['carol'] } },
    (s) => {
      s.host('bob', 'first');
      s.host('alice', 'second');
      s.gets('bob', message('o+0', 'first', [], 'p-first'));
      s.gets('alice', message('o+0', 'second', [], 'p-second'));
      s.says('alice', [], send('o-carol', 'hello'));
      s.quiet('carol');
      s.says('bob', ['bob', 'alice']);
      s.gets('carol', message('o+0', 'hello'), 1);
    },
    'issue',
  ),
  story(
    'in issue order work for nobody does not hold up the others',
    '2.4 issue',
    { carol: {}, bob: { knows: ['carol'] }, alice: {} },
    (s) => {
      s.host('bob', 'one');
      s.host('bob', 'two');
      s.host('alice', 'three');
      s.gets('bob', message('o+0', 'one', [], 'p-one'));
      s.gets('alice', message('o+0', 'three', [], 'p-three'));
      s.says('alice', [], fulfil('p-three'));
      // Its end closes the delivery that waits for it: alice's turn comes.
      s.step({ do: 'terminate', vat: 'bob', isFailure: true });
      s.host('alice', 'four');
      s.quiet('bob', 'carol');
      s.state({ alive: { bob: false } });
      s.step({ do: 'restart' });
    },
    'issue',
  ),
  ...(['arrival', 'issue'] as const).map((order) =>
    story(
      `after a crash the same deliveries are handed out again (${order})`,
      '4 details, 2.7',
      { near: { window: 3 }, far: { knows: ['near'] } },
      (s) => {
        s.turn(
          'far',
          send('o-near', 'one', ['o+7'], 'p+5'),
          send('o-near', 'two', ['o+7']),
          send('o-near', 'three'),
          send('o-near', 'four'),
          subscribe('p+5'),
        );
        s.gets('near', message('o+0', 'one', ['o-x'], 'p-one'), 1);
        s.gets('near', message('o+0', 'two', ['o-x']), 1);
        s.gets('near', message('o+0', 'three'), 1);
        s.step({ do: 'restart' });
        s.does('near', fulfil('p-one'));
        s.gets('near', message('o+0', 'four'), 2);
        s.gets('far', news(['p+5', false, NOTHING]));
        s.step({ do: 'restart' });
        s.does('near');
        s.does('near');
        s.does('near');
        s.does('far');
        s.state({
          clists: {
            near: { 'o+0': '@near', 'o-x': '@x' },
            far: { 'o+0': '@far', 'o-near': '@near', 'o+7': '@x' },
          },
          objects: { '@x': ['far', 1, 1] },
          promiseCount: 0,
        });
      },
      order,
    ),
  ),
  story(
    'a record that arrived and was not retired is forgotten in a crash, and is said again',
    '2.7 nothing is lost',
    WITNESS,
    (s) => {
      s.host('bob', 'go', [], 'bobs');
      s.host('alice', 'go', [], 'alices');
      s.gets('bob', message('o+0', 'go', [], 'p-go'));
      s.gets('alice', message('o+0', 'go', [], 'p-go'));
      s.step({
        do: 'record',
        vat: 'alice',
        n: 2,
        syscalls: [send('o-carol', 'from alice')],
        retires: [],
      });
      s.step({ do: 'restart' });
      s.says('bob', ['bob'], send('o-carol', 'from bob'));
      s.quiet('alice');
      s.says('alice', ['alice'], send('o-carol', 'from alice'));
      s.crank('carol', message('o+0', 'from bob'));
      s.crank('carol', message('o+0', 'from alice'));
    },
    'issue',
  ),
];
