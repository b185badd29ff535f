/** Garbage: two counts for each object, drop before retire, and every change of mind. */
import {
  abandon,
  ANY,
  data,
  drop,
  exit,
  fulfil,
  message,
  news,
  NOTHING,
  retire,
  retireExports,
  send,
  sole,
  story,
  subscribe,
  told,
} from './story.js';
import type { Story } from './story.js';

const PAIR = { bob: {}, alice: { knows: ['bob'] } };
const THREE = { bob: {}, carol: {}, alice: { knows: ['bob', 'carol'] } };

/** Alice gives bob `o+3`, which he calls `o-x`. */
const given = (s: Story, name = 'o-x'): void => {
  s.turn('alice', send('o-bob', 'take', ['o+3']));
  s.crank('bob', message('o+0', 'take', [name]));
};

const ALICE = { 'o+0': '@alice', 'o-bob': '@bob' };
const BOB = { 'o+0': '@bob' };

export const garbage = [
  story(
    'what nobody reaches is dropped, and stays known to who can compare it',
    '6 garbage',
    PAIR,
    (s) => {
      given(s);
      s.turn('bob', drop('o-x'));
      s.gets('alice', told('dropExports', 'o+3'));
      // The drop is final when its record is retired, not before.
      s.state({
        clists: { alice: { ...ALICE, 'o+3': '@x' }, bob: { ...BOB, 'o-x': '@x unreachable' } },
        objects: { '@x': ['alice', 0, 1] },
      });
      s.does('alice');
      s.quiet('alice');
      s.state({ clists: { alice: { ...ALICE, 'o+3': '@x unreachable' } } });
    },
  ),
  story('what nobody knows is dropped, then retired, and is no more', '6 garbage', PAIR, (s) => {
    given(s);
    s.turn('bob', drop('o-x'), retire('o-x'));
    s.state({
      clists: { bob: BOB, alice: { ...ALICE, 'o+3': '@x' } },
      objects: { '@x': ['alice', 0, 0] },
    });
    s.crank('alice', told('dropExports', 'o+3'));
    s.state({ clists: { alice: { ...ALICE, 'o+3': '@x unreachable' } } });
    s.crank('alice', told('retireExports', 'o+3'));
    s.state({ clists: { alice: ALICE }, objects: { '@x': 'gone' } });
  }),
  story('the two halves may come in two cranks', '6 garbage', PAIR, (s) => {
    given(s);
    s.turn('bob', drop('o-x'));
    s.crank('alice', told('dropExports', 'o+3'));
    s.turn('bob', retire('o-x'));
    s.crank('alice', told('retireExports', 'o+3'));
    s.state({ clists: { alice: ALICE, bob: BOB } });
  }),
  story('the last of two holders makes the difference', '6 garbage', THREE, (s) => {
    s.turn('alice', send('o-bob', 'take', ['o+3']), send('o-carol', 'take', ['o+3']));
    s.crank('bob', message('o+0', 'take', ['o-x']));
    s.crank('carol', message('o+0', 'take', ['o-y']));
    s.turn('bob', drop('o-x'), retire('o-x'));
    s.quiet('alice');
    s.state({
      clists: { carol: { 'o+0': '@carol', 'o-y': '@x' } },
      objects: { '@x': ['alice', 1, 1] },
    });
    s.turn('carol', drop('o-y'));
    s.crank('alice', told('dropExports', 'o+3'));
    s.state({ objects: { '@x': ['alice', 0, 1] } });
  }),
  story(
    'what is passed again while its maker is told to drop it is taken back',
    '6: negated by re-export',
    PAIR,
    (s) => {
      given(s);
      s.turn('bob', drop('o-x'));
      s.gets('alice', told('dropExports', 'o+3'));
      // In the crank of the drop itself.
      s.does('alice', send('o-bob', 'take', ['o+3']));
      s.crank('bob', message('o+0', 'take', ['o-x']));
      s.state({
        clists: { alice: { ...ALICE, 'o+3': '@x' }, bob: { ...BOB, 'o-x': '@x' } },
        objects: { '@x': ['alice', 1, 1] },
      });
      s.turn('bob', drop('o-x'), retire('o-x'));
      s.crank('alice', told('dropExports', 'o+3'));
      s.crank('alice', told('retireExports', 'o+3'));
      s.state({ clists: { alice: ALICE, bob: BOB } });
    },
  ),
  story('garbage actions are looked at again when they are handed out', '4 details', PAIR, (s) => {
    given(s);
    s.host('alice', 'busy');
    s.gets('alice', message('o+0', 'busy', [], 'p-busy'));
    s.turn('bob', drop('o-x'), retire('o-x'));
    s.state({
      clists: { alice: { ...ALICE, 'o+3': '@x', 'p-busy': '@busy' } },
      inboxes: {
        alice: [
          ['dropExports', ['@x']],
          ['retireExports', ['@x']],
        ],
      },
    });
    // The crank that is under way passes it once more: neither is done.
    s.does('alice', send('o-bob', 'take', ['o+3']));
    s.quiet('alice');
    s.crank('bob', message('o+0', 'take', ['o-anew']));
    s.state({
      clists: { bob: { ...BOB, 'o-anew': '@x' } },
      inboxes: { alice: [] },
      objects: { '@x': ['alice', 1, 1] },
    });
  }),
  story('a retire alone is given up when the object is passed again', '4 details', PAIR, (s) => {
    given(s);
    s.turn('bob', drop('o-x'));
    s.crank('alice', told('dropExports', 'o+3'));
    s.host('alice', 'busy');
    s.gets('alice', message('o+0', 'busy', [], 'p-busy'));
    s.turn('bob', retire('o-x'));
    s.does('alice', send('o-bob', 'take', ['o+3']), fulfil('p-busy'));
    s.quiet('alice');
    s.crank('bob', message('o+0', 'take', ['o-anew']));
    s.state({
      clists: { alice: { ...ALICE, 'o+3': '@x' }, bob: { ...BOB, 'o-anew': '@x' } },
      objects: { '@x': ['alice', 1, 1] },
    });
  }),
  story('a delivery makes an import reachable again that was dropped', '6 garbage', PAIR, (s) => {
    given(s);
    s.turn('bob', drop('o-x'));
    s.crank('alice', told('dropExports', 'o+3'), send('o-bob', 'take', ['o+3']));
    s.crank('bob', message('o+0', 'take', ['o-x']), send('o-x', 'hello'));
    s.crank('alice', message('o+3', 'hello'));
    s.state({ clists: { bob: { ...BOB, 'o-x': '@x' } }, objects: { '@x': ['alice', 1, 1] } });
  }),
  story(
    'what was retired and is passed again has a new name in its vat',
    '6 garbage',
    PAIR,
    (s) => {
      given(s);
      s.turn('bob', drop('o-x'), retire('o-x'));
      s.crank('alice', told('dropExports', 'o+3'), send('o-bob', 'take', ['o+3']));
      s.crank('bob', message('o+0', 'take', ['o-anew']));
      s.quiet('alice');
      s.state({
        clists: { alice: { ...ALICE, 'o+3': '@x' }, bob: { ...BOB, 'o-anew': '@x' } },
      });
    },
  ),
  story('a name of an export that is gone can be used for a new object', '6 garbage', PAIR, (s) => {
    given(s);
    s.state({ clists: { bob: { ...BOB, 'o-x': '@x' } } });
    s.turn('bob', drop('o-x'), retire('o-x'));
    s.crank('alice', told('dropExports', 'o+3'));
    s.crank('alice', told('retireExports', 'o+3'));
    given(s, 'o-other');
    s.state({
      clists: { alice: { ...ALICE, 'o+3': '@other' }, bob: { ...BOB, 'o-other': '@other' } },
      objects: { '@x': 'gone', '@other': ['alice', 1, 1] },
    });
  }),
  story('an import must be dropped before it is retired', '6 garbage', PAIR, (s) => {
    given(s);
    s.host('bob', 'again');
    s.gets('bob', message('o+0', 'again', [], 'p-again'));
    s.dies('bob', retire('o-x'));
    s.crank('alice', told('dropExports', 'o+3'));
    s.crank('alice', told('retireExports', 'o+3'));
    s.state({ alive: { bob: false } });
  }),
  story('what was dropped cannot be named', '6 garbage', PAIR, (s) => {
    s.host('alice', 'go');
    s.gets('alice', message('o+0', 'go', [], 'p-go'));
    s.dies('alice', drop('o-bob'), send('o-bob', 'hello'));
    s.quiet('bob');
    s.state({ alive: { alice: false } });
  }),
  story('what was dropped cannot be dropped again', '6 garbage', PAIR, (s) => {
    s.host('alice', 'go');
    s.gets('alice', message('o+0', 'go', [], 'p-go'));
    s.dies('alice', drop('o-bob'), drop('o-bob'));
    s.state({ alive: { alice: false }, objects: { '@bob': ['bob', 1, 1] } });
  }),
  story('a vat cannot drop its own export', '6 garbage', PAIR, (s) => {
    given(s);
    s.host('alice', 'again');
    s.gets('alice', message('o+0', 'again', [], 'p-again'));
    s.dies('alice', drop('o+3'));
    s.state({ alive: { alice: false } });
  }),
  story('an export that somebody reaches cannot be retired', '6 garbage', PAIR, (s) => {
    given(s);
    s.host('alice', 'again');
    s.gets('alice', message('o+0', 'again', [], 'p-again'));
    s.dies('alice', retireExports('o+3'));
    s.state({ alive: { alice: false } });
  }),
  story('the maker retires what others only know, and they are told', '6 garbage', PAIR, (s) => {
    given(s);
    s.turn('bob', drop('o-x'));
    s.crank('alice', told('dropExports', 'o+3'), retireExports('o+3'));
    s.gets('bob', told('retireImports', 'o-x'));
    s.state({
      clists: { alice: ALICE, bob: { ...BOB, 'o-x': '@x unreachable' } },
      objects: { '@x': [null, 0, 1] },
    });
    s.does('bob');
    s.state({ clists: { bob: BOB }, objects: { '@x': 'gone' } });
  }),
  story(
    'the maker abandons what others reach: they keep a reference that nobody answers for',
    '6 garbage',
    PAIR,
    (s) => {
      given(s);
      s.turn('alice', abandon('o+3'));
      s.quiet('bob');
      s.state({
        clists: { alice: ALICE, bob: { ...BOB, 'o-x': '@x' } },
        objects: { '@x': [null, 1, 1] },
      });
      s.turn('bob', send('o-x', 'hello', [], 'p+5'), subscribe('p+5'));
      s.crank('bob', news(['p+5', true, ANY]), drop('o-x'), retire('o-x'));
      s.quiet('alice');
      s.state({ objects: { '@x': 'gone' }, promiseCount: 0 });
    },
  ),
  story(
    'who has let go of an orphan but knows it is told that it is gone',
    '6 garbage',
    PAIR,
    (s) => {
      given(s);
      s.turn('alice', abandon('o+3'));
      s.turn('bob', drop('o-x'));
      s.crank('bob', told('retireImports', 'o-x'));
      s.quiet('alice', 'bob');
      s.state({ clists: { bob: BOB } });
    },
  ),
  story(
    'a message that waits for an object which its vat abandons is rejected',
    '2.1: routed when it is handed out',
    PAIR,
    (s) => {
      given(s);
      s.host('alice', 'busy');
      s.gets('alice', message('o+0', 'busy', [], 'p-busy'));
      s.turn('bob', send('o-x', 'hello', ['o+8'], 'p+5'), subscribe('p+5'));
      s.does('alice', abandon('o+3'), fulfil('p-busy'));
      s.quiet('alice');
      s.crank('bob', news(['p+5', true, ANY]));
      // The argument reached nobody.
      s.crank('bob', told('dropExports', 'o+8'));
      s.crank('bob', told('retireExports', 'o+8'));
      s.state({ clists: { bob: { ...BOB, 'o-x': '@x' } }, promiseCount: 0 });
    },
  ),
  story(
    'actions for several objects are one delivery, in the order of their making',
    '6 garbage',
    PAIR,
    (s) => {
      s.turn('alice', send('o-bob', 'take', ['o+9', 'o+3', 'o+4']));
      s.crank('bob', message('o+0', 'take', ['o-a', 'o-b', 'o-c']));
      s.turn('bob', drop('o-c', 'o-b', 'o-a'), retire('o-a', 'o-c'));
      s.crank('alice', told('dropExports', 'o+9', 'o+3', 'o+4'));
      s.crank('alice', told('retireExports', 'o+9', 'o+4'));
      s.state({
        clists: {
          alice: { ...ALICE, 'o+3': '@b unreachable' },
          bob: { ...BOB, 'o-b': '@b unreachable' },
        },
      });
    },
  ),
  story('what a promise was resolved to is held by it', '6 garbage', PAIR, (s) => {
    s.turn('alice', send('o-bob', 'take', ['p+5']));
    s.crank('bob', message('o+0', 'take', ['p-x']));
    s.turn('alice', fulfil('p+5', data('o+3')));
    s.quiet('alice');
    s.turn('bob', subscribe('p-x'));
    s.crank('bob', news(['p-x', false, data('o-y')]), drop('o-y'), retire('o-y'));
    s.crank('alice', told('dropExports', 'o+3'));
    s.crank('alice', told('retireExports', 'o+3'));
    s.state({ clists: { alice: ALICE, bob: BOB } });
  }),
  story(
    'an argument of a message that nobody can take is dropped at once',
    '6 garbage',
    THREE,
    (s) => {
      s.turn('carol', exit(false));
      s.turn('alice', send('o-carol', 'take', ['o+3'], 'p+5'));
      s.crank('alice', told('dropExports', 'o+3'));
      s.crank('alice', told('retireExports', 'o+3'));
      s.state({ alive: { carol: false } });
    },
  ),
  story(
    'a waiting message keeps what it names, also for who drops it meanwhile',
    '6 garbage',
    PAIR,
    (s) => {
      given(s);
      s.host('bob', 'busy');
      s.gets('bob', message('o+0', 'busy', [], 'p-busy'));
      s.turn('alice', send('o-bob', 'take', ['o+3']));
      s.does('bob', drop('o-x'), retire('o-x'), fulfil('p-busy'));
      s.quiet('alice');
      s.crank('bob', message('o+0', 'take', ['o-anew']));
      s.state({ clists: { bob: { ...BOB, 'o-anew': '@x' } }, objects: { '@x': ['alice', 1, 1] } });
    },
  ),
  story('nothing but its holders keeps a root', '6 garbage', { alice: {} }, (s) => {
    s.step({ do: 'release', vat: 'alice' });
    s.state({ objects: { '@alice': ['alice', 0, 0] } });
    s.crank('alice', told('dropExports', 'o+0'));
    s.crank('alice', told('retireExports', 'o+0'));
    s.state({ objects: { '@alice': 'gone' }, clists: { alice: {} }, alive: { alice: true } });
  }),
  story('news of an object is a new hold of it', '6 garbage', PAIR, (s) => {
    s.turn('alice', send('o-bob', 'ask', [], 'p+5'), subscribe('p+5'));
    s.crank('bob', message('o+0', 'ask', [], 'p-answer'), fulfil('p-answer', sole('o+7')));
    s.crank('alice', news(['p+5', false, sole('o-x')]));
    s.state({ clists: { bob: { ...BOB, 'o+7': '@x' } }, objects: { '@x': ['bob', 1, 1] } });
    s.turn('alice', drop('o-x'));
    s.crank('bob', told('dropExports', 'o+7'));
    s.hears('go1', false, NOTHING);
  }),
];
