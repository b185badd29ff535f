/** The end of a vat: what it decided, what waited for it, what it made and what it held. */
import {
  ANY,
  data,
  drop,
  exit,
  fulfil,
  message,
  news,
  NOTHING,
  retire,
  send,
  sole,
  story,
  subscribe,
  told,
} from './story.js';

const PAIR = { bob: {}, alice: { knows: ['bob'] } };
const THREE = { bob: {}, carol: {}, alice: { knows: ['bob', 'carol'] } };

export const endings = [
  story('a vat that exits has done what it did before', '5, 2.1', PAIR, (s) => {
    s.turn('alice', send('o-bob', 'hello'), exit(false));
    s.crank('bob', message('o+0', 'hello'));
    s.state({
      alive: { alice: false, bob: true },
      objects: { '@bob': ['bob', 1, 1], '@alice': [null, 1, 1] },
    });
  }),
  story(
    'of a crank that ends in an exit with failure nothing counts',
    '2.1 atomic cranks',
    PAIR,
    (s) => {
      s.host('alice', 'go');
      s.gets('alice', message('o+0', 'go', [], 'p-go'));
      s.dies('alice', send('o-bob', 'hello'), fulfil('p-go'), exit(true));
      s.quiet('bob');
      s.hears('go', true, ANY);
      s.state({ alive: { alice: false } });
    },
  ),
  story(
    'what a vat decided is rejected, oldest first',
    '5: termination rejects what the vat was decider of',
    PAIR,
    (s) => {
      s.turn('alice', send('o-bob', 'take', ['p+6', 'p+5']));
      s.crank(
        'bob',
        message('o+0', 'take', ['p-six', 'p-five']),
        subscribe('p-five'),
        subscribe('p-six'),
      );
      s.step({ do: 'terminate', vat: 'alice', isFailure: false });
      s.crank('bob', news(['p-six', true, ANY]));
      s.crank('bob', news(['p-five', true, ANY]));
      s.state({ alive: { alice: false }, promiseCount: 0 });
    },
  ),
  story(
    'what waits in its inbox is rejected, and lets go of what it named',
    '4: so is all that the inbox held',
    PAIR,
    (s) => {
      s.host('bob', 'busy');
      s.gets('bob', message('o+0', 'busy', [], 'p-busy'));
      s.turn('alice', send('o-bob', 'one', ['o+3'], 'p+5'), subscribe('p+5'), send('o-bob', 'two'));
      s.state({ objects: { '@bob': ['bob', 4, 4] } });
      s.step({ do: 'terminate', vat: 'bob', isFailure: true });
      s.hears('busy', true, ANY);
      s.crank('alice', news(['p+5', true, ANY]));
      s.crank('alice', told('dropExports', 'o+3'));
      s.crank('alice', told('retireExports', 'o+3'));
      s.state({ objects: { '@bob': [null, 2, 2] }, promiseCount: 0 });
    },
  ),
  story('a message to what a vat exported is rejected after its end', '6 garbage', PAIR, (s) => {
    s.step({ do: 'terminate', vat: 'bob', isFailure: true });
    s.turn('alice', send('o-bob', 'hello', [], 'p+5'), subscribe('p+5'));
    s.crank('alice', news(['p+5', true, ANY]));
    s.state({
      clists: { alice: { 'o+0': '@alice', 'o-bob': '@bob' } },
      objects: { '@bob': [null, 2, 2] },
    });
  }),
  story('an orphan is gone when nobody knows it', '6 garbage', PAIR, (s) => {
    s.turn('bob', send('o+0', 'wait'));
    s.gets('bob', message('o+0', 'wait'));
    s.step({ do: 'terminate', vat: 'bob', isFailure: true });
    s.step({ do: 'release', vat: 'bob' });
    s.state({ objects: { '@bob': [null, 1, 1] } });
    s.turn('alice', drop('o-bob'), retire('o-bob'));
    s.quiet('alice');
    s.state({ objects: { '@bob': 'gone' } });
  }),
  story('who only knows an orphan is told that it is gone', '6 garbage', PAIR, (s) => {
    s.turn('alice', drop('o-bob'));
    s.step({ do: 'terminate', vat: 'bob', isFailure: true });
    s.quiet('alice');
    // The host still reaches it.
    s.state({ objects: { '@bob': [null, 1, 2] } });
    s.step({ do: 'release', vat: 'bob' });
    s.crank('alice', told('retireImports', 'o-bob'));
    s.state({ objects: { '@bob': 'gone' }, clists: { alice: { 'o+0': '@alice' } } });
  }),
  story('what a vat held is let go of', '6 garbage', THREE, (s) => {
    s.turn('alice', send('o-bob', 'take', ['o+3']));
    s.crank('bob', message('o+0', 'take', ['o-x']));
    s.step({ do: 'terminate', vat: 'bob', isFailure: true });
    s.crank('alice', told('dropExports', 'o+3'));
    s.crank('alice', told('retireExports', 'o+3'));
    s.state({
      clists: { alice: { 'o+0': '@alice', 'o-bob': '@bob', 'o-carol': '@carol' } },
      objects: { '@carol': ['carol', 2, 2] },
    });
  }),
  story('a subscription ends with its vat', '5 promises', THREE, (s) => {
    s.turn('alice', send('o-bob', 'take', ['p+5']), send('o-carol', 'take', ['p+5']));
    s.crank('bob', message('o+0', 'take', ['p-x']), subscribe('p-x'));
    s.crank('carol', message('o+0', 'take', ['p-x']), subscribe('p-x'));
    s.step({ do: 'terminate', vat: 'bob', isFailure: false });
    s.state({
      clists: { carol: { 'o+0': '@carol', 'p-x': '@x' } },
      promises: { '@x': { state: 'unresolved', decider: 'alice', subscribers: ['carol'] } },
    });
    s.turn('alice', fulfil('p+5'));
    s.crank('carol', news(['p-x', false, NOTHING]));
    s.state({ promiseCount: 0 });
  }),
  story(
    'what waits on a promise that the vat decided is rejected with it',
    '5 promises',
    PAIR,
    (s) => {
      s.turn(
        'alice',
        send('o-bob', 'ask', [], 'p+5'),
        send('p+5', 'one', ['o+3'], 'p+6'),
        subscribe('p+6'),
      );
      s.gets('bob', message('o+0', 'ask', [], 'p-answer'));
      s.step({ do: 'terminate', vat: 'bob', isFailure: true });
      s.crank('alice', news(['p+6', true, ANY]));
      s.crank('alice', told('dropExports', 'o+3'));
      s.crank('alice', told('retireExports', 'o+3'));
    },
  ),
  story(
    'an illegal syscall rejects what the crank was to answer',
    '2.1 atomic cranks',
    PAIR,
    (s) => {
      s.turn('alice', send('o-bob', 'ask', [], 'p+5'), subscribe('p+5'));
      s.gets('bob', message('o+0', 'ask', [], 'p-answer'));
      s.dies('bob', fulfil('p-answer'), send('o-99', 'whom'));
      s.crank('alice', news(['p+5', true, ANY]));
      s.state({ alive: { bob: false }, promiseCount: 0 });
    },
  ),
  story('a crank that fails ends its vat', '2.1 atomic cranks', PAIR, (s) => {
    s.turn('alice', send('o-bob', 'ask', [], 'p+5'), subscribe('p+5'));
    s.gets('bob', message('o+0', 'ask', [], 'p-answer'));
    s.step({
      do: 'record',
      vat: 'bob',
      n: 2,
      syscalls: [fulfil('p-answer')],
      error: 'it broke',
      retires: ['bob'],
      refused: true,
    });
    s.crank('alice', news(['p+5', true, ANY]));
    s.state({ alive: { bob: false } });
  }),
  story('a promise that an ended vat has handed on is not rejected', '5 promises', THREE, (s) => {
    s.turn('alice', send('o-bob', 'ask', ['o-carol'], 'p+5'), subscribe('p+5'));
    s.crank(
      'bob',
      message('o+0', 'ask', ['o-carol'], 'p-answer'),
      send('o-carol', 'answer', [], 'p-answer'),
      exit(false),
    );
    s.quiet('alice');
    s.crank('carol', message('o+0', 'answer', [], 'p-answer'), fulfil('p-answer'));
    s.crank('alice', news(['p+5', false, NOTHING]));
    s.state({ alive: { bob: false }, promiseCount: 0 });
  }),
  story('a cycle of promises between two vats is gone when both are', '4 details', PAIR, (s) => {
    s.turn('alice', send('o-bob', 'take', ['p+5', 'p+6']));
    s.crank('bob', message('o+0', 'take', ['p-x', 'p-y']));
    s.turn('alice', fulfil('p+5', data('p+6')), fulfil('p+6', data('p+5')));
    s.step({ do: 'terminate', vat: 'alice', isFailure: false });
    s.step({ do: 'terminate', vat: 'bob', isFailure: false });
    s.state({ alive: { alice: false, bob: false }, promiseCount: 0 });
  }),
  story('a vat may end itself and name its own things as the reason', '2.1', PAIR, (s) => {
    s.host('alice', 'go');
    s.gets('alice', message('o+0', 'go', [], 'p-go'));
    s.dies('alice', exit(true, sole('o+9')));
    s.state({ alive: { alice: false }, promiseCount: 0 });
  }),
];
