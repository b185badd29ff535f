/** Promises: who is told what, where waiting messages go, and that nothing is left over. */
import {
  ANY,
  data,
  fulfil,
  message,
  news,
  NOTHING,
  reject,
  resolve,
  send,
  sole,
  story,
  subscribe,
  told,
  waiting,
} from './story.js';

const PAIR = { bob: {}, alice: { knows: ['bob'] } };
const THREE = { bob: {}, carol: {}, alice: { knows: ['bob', 'carol'] } };

export const promises = [
  story('all subscribers are told', '5 promises', THREE, (s) => {
    s.turn('alice', send('o-bob', 'take', ['p+5']), send('o-carol', 'take', ['p+5']));
    s.crank('bob', message('o+0', 'take', ['p-x']), subscribe('p-x'));
    s.crank('carol', message('o+0', 'take', ['p-y']), subscribe('p-y'));
    s.turn('alice', fulfil('p+5'));
    s.crank('bob', news(['p-x', false, NOTHING]));
    s.crank('carol', news(['p-y', false, NOTHING]));
    s.state({ promiseCount: 0 });
  }),
  story('who subscribes twice is told once', '5 promises', PAIR, (s) => {
    s.turn('alice', send('o-bob', 'take', ['p+5']));
    s.crank('bob', message('o+0', 'take', ['p-x']), subscribe('p-x'), subscribe('p-x'));
    s.turn('alice', fulfil('p+5'));
    s.crank('bob', news(['p-x', false, NOTHING]));
    s.quiet('bob');
    s.state({ promiseCount: 0 });
  }),
  story('who subscribes to a promise that is resolved is told', '4 details', PAIR, (s) => {
    s.turn('alice', send('o-bob', 'take', ['p+5']));
    s.crank('bob', message('o+0', 'take', ['p-x']));
    s.turn('alice', fulfil('p+5'));
    s.quiet('bob');
    s.state({ clists: { bob: { 'o+0': '@bob', 'p-x': '@x' } } });
    s.turn('bob', subscribe('p-x'));
    s.crank('bob', news(['p-x', false, NOTHING]));
    s.state({ promises: { '@x': 'gone' }, promiseCount: 0 });
  }),
  story(
    'who does not subscribe is told nothing, and the promise waits for it',
    '5 promises',
    PAIR,
    (s) => {
      s.turn('alice', send('o-bob', 'take', ['p+5']));
      s.crank('bob', message('o+0', 'take', ['p-x']));
      s.turn('alice', fulfil('p+5', sole('o+3')));
      s.quiet('bob');
      s.state({
        clists: {
          alice: { 'o+0': '@alice', 'o-bob': '@bob', 'o+3': '@y' },
          bob: { 'o+0': '@bob', 'p-x': '@x' },
        },
        objects: { '@y': ['alice', 1, 1] },
        promises: {
          '@x': { state: 'fulfilled', decider: null, subscribers: [], data: sole('@y') },
        },
      });
    },
  ),
  story(
    'messages wait on a promise whose decider does not take part in pipelining',
    '5 promises',
    PAIR,
    (s) => {
      s.turn('alice', send('o-bob', 'ask', [], 'p+5'), send('p+5', 'one', ['o+3'], 'p+6'));
      s.gets('bob', message('o+0', 'ask', [], 'p-answer'));
      s.state({
        clists: {
          alice: { 'o+0': '@alice', 'o-bob': '@bob', 'p+5': '@answer', 'p+6': '@one', 'o+3': '@x' },
        },
        objects: { '@x': ['alice', 1, 1] },
        promises: {
          '@answer': {
            state: 'unresolved',
            decider: 'bob',
            queue: [
              {
                methargs: waiting('', 'one', ['@x'])[2].methargs,
                result: '@one',
              },
            ],
          },
          '@one': { state: 'unresolved', decider: null },
        },
        inboxes: { bob: [] },
      });
      s.does('bob', fulfil('p-answer', sole('o+7')));
      s.gets('bob', message('o+7', 'one', ['o-x'], 'p-one'));
      s.state({ promises: { '@one': { state: 'unresolved', decider: 'bob' } } });
    },
  ),
  story(
    'what waited on a promise goes to its resolution before what is sent because of it',
    '2.3 partial order',
    PAIR,
    (s) => {
      s.turn(
        'alice',
        send('o-bob', 'ask', [], 'p+5'),
        send('p+5', 'one'),
        send('p+5', 'two'),
        subscribe('p+5'),
      );
      s.crank('bob', message('o+0', 'ask', [], 'p-answer'), fulfil('p-answer', sole('o+7')));
      s.crank('alice', news(['p+5', false, sole('o-x')]), send('o-x', 'three'));
      s.crank('bob', message('o+7', 'one'));
      s.crank('bob', message('o+7', 'two'));
      s.crank('bob', message('o+7', 'three'));
      s.state({ promiseCount: 0 });
    },
  ),
  story('what waited goes to whoever has the object', '5 promises', THREE, (s) => {
    s.turn('alice', send('o-bob', 'ask', ['o-carol'], 'p+5'), send('p+5', 'hello', [], 'p+6'));
    s.crank(
      'bob',
      message('o+0', 'ask', ['o-carol'], 'p-answer'),
      fulfil('p-answer', sole('o-carol')),
    );
    s.quiet('bob');
    s.crank('carol', message('o+0', 'hello', [], 'p-hello'), fulfil('p-hello'));
    s.turn('alice', subscribe('p+5'), subscribe('p+6'));
    s.crank('alice', news(['p+5', false, sole('o-carol')]));
    s.crank('alice', news(['p+6', false, NOTHING]));
    s.state({ promiseCount: 0 });
  }),
  story(
    'what waited on a promise that is rejected is rejected for the same reason',
    '5 promises',
    PAIR,
    (s) => {
      s.turn(
        'alice',
        send('o-bob', 'ask', [], 'p+5'),
        send('p+5', 'one', [], 'p+6'),
        send('p+6', 'two', [], 'p+7'),
        subscribe('p+7'),
      );
      s.crank('bob', message('o+0', 'ask', [], 'p-answer'), reject('p-answer', sole('o+7')));
      s.quiet('bob');
      s.crank('alice', news(['p+7', true, sole('o-why')]));
      s.state({
        promises: {},
        clists: {
          alice: {
            'o+0': '@alice',
            'o-bob': '@bob',
            'o-why': '@why',
            'p+5': '@five',
            'p+6': '@six',
          },
        },
        // Alice's import, and the two promises of which she holds the names.
        objects: { '@why': ['bob', 3, 3] },
      });
    },
  ),
  story('a message to what turns out to be no object is rejected', '5 promises', PAIR, (s) => {
    s.turn(
      'alice',
      send('o-bob', 'ask', [], 'p+5'),
      send('p+5', 'one', [], 'p+6'),
      subscribe('p+6'),
    );
    s.crank('bob', message('o+0', 'ask', [], 'p-answer'), fulfil('p-answer', NOTHING));
    s.quiet('bob');
    s.crank('alice', news(['p+6', true, ANY]));
  }),
  story(
    'a message to a promise that is resolved goes to the resolution',
    '5 promises',
    PAIR,
    (s) => {
      s.turn('alice', send('o-bob', 'ask', [], 'p+5'));
      s.crank('bob', message('o+0', 'ask', [], 'p-answer'), fulfil('p-answer', sole('o+7')));
      // Alice has not subscribed: she still knows the promise and may send to it.
      s.turn('alice', send('p+5', 'hello'));
      s.crank('bob', message('o+7', 'hello'));
    },
  ),
  story(
    'promises that are resolved in a cycle are told in one notify and leave nothing',
    '5 promises',
    PAIR,
    (s) => {
      s.turn('alice', send('o-bob', 'take', ['p+5', 'p+6']));
      s.crank('bob', message('o+0', 'take', ['p-x', 'p-y']), subscribe('p-x'));
      s.turn('alice', resolve(['p+5', false, data('p+6')], ['p+6', false, data('p+5')]));
      s.crank('bob', news(['p-x', false, data('p-y')], ['p-y', false, data('p-x')]));
      s.state({ clists: { bob: { 'o+0': '@bob' } }, promiseCount: 0 });
    },
  ),
  story(
    'a promise that is resolved to data with itself in it leaves nothing',
    '4 details',
    PAIR,
    (s) => {
      s.turn('alice', send('o-bob', 'take', ['p+5']));
      s.crank('bob', message('o+0', 'take', ['p-x']), subscribe('p-x'));
      s.turn('alice', fulfil('p+5', data('p+5')));
      s.crank('bob', news(['p-x', false, data('p-x')]));
      s.state({ promiseCount: 0 });
    },
  ),
  story(
    'a cycle that nobody was ever told of is collected when the last name for it goes',
    '4 details',
    { alice: {} },
    (s) => {
      s.turn('alice', resolve(['p+5', false, data('p+6', 'o+3')], ['p+6', false, data('p+5')]));
      s.state({ promiseCount: 0 });
      // The cycle held an object of alice's.
      s.crank('alice', told('dropExports', 'o+3'));
      s.crank('alice', told('retireExports', 'o+3'));
      s.state({ clists: { alice: { 'o+0': '@alice' } } });
    },
  ),
  story(
    'one notify carries every resolved promise that its data names',
    '5 promises',
    PAIR,
    (s) => {
      s.turn('alice', send('o-bob', 'take', ['p+5']));
      s.crank('bob', message('o+0', 'take', ['p-x']), subscribe('p-x'));
      s.turn('alice', resolve(['p+5', false, data('p+6', 'p+7')], ['p+6', false, sole('o+3')]));
      // p+7 is not resolved: it is only named.
      s.crank(
        'bob',
        news(['p-x', false, data('p-six', 'p-seven')], ['p-six', false, sole('o-y')]),
        subscribe('p-seven'),
      );
      s.turn('alice', resolve(['p+7', false, data('p+8')], ['p+8', true, NOTHING]));
      s.crank('bob', news(['p-seven', false, data('p-eight')], ['p-eight', true, NOTHING]));
      s.state({
        promiseCount: 0,
        clists: { bob: { 'o+0': '@bob', 'o-y': '@y' } },
        objects: { '@y': ['alice', 1, 1] },
      });
    },
  ),
  story(
    'a notify that an earlier one has carried along is not delivered',
    '5 promises',
    { bob: {}, alice: { knows: ['bob'] } },
    (s) => {
      s.turn('alice', send('o-bob', 'take', ['p+5', 'p+6']));
      s.crank('bob', message('o+0', 'take', ['p-x', 'p-y']), subscribe('p-x'), subscribe('p-y'));
      s.host('bob', 'busy');
      s.gets('bob', message('o+0', 'busy', [], 'p-busy'));
      s.turn('alice', resolve(['p+5', false, data('p+6')], ['p+6', false, NOTHING]));
      s.state({
        inboxes: {
          bob: [
            ['notify', '@x'],
            ['notify', '@y'],
          ],
        },
      });
      s.does('bob', fulfil('p-busy'));
      s.crank('bob', news(['p-x', false, data('p-y')], ['p-y', false, NOTHING]));
      s.quiet('bob');
      s.state({ promiseCount: 0 });
    },
  ),
  story('only the decider can resolve', '5 promises', PAIR, (s) => {
    s.turn('alice', send('o-bob', 'take', ['p+5']));
    s.gets('bob', message('o+0', 'take', ['p-x']));
    s.dies('bob', fulfil('p-x'));
    s.state({ alive: { bob: false, alice: true } });
  }),
  story('who has sent a promise away as a result cannot resolve it', '5 promises', PAIR, (s) => {
    s.host('bob', 'busy');
    s.gets('bob', message('o+0', 'busy', [], 'p-busy'));
    s.turn('alice', send('o-bob', 'ask', [], 'p+5'));
    s.host('alice', 'again');
    s.gets('alice', message('o+0', 'again', [], 'p-again'));
    s.dies('alice', fulfil('p+5'));
    s.state({ alive: { alice: false } });
  }),
  story('a result can be handed on', '5 promises', THREE, (s) => {
    s.turn('alice', send('o-bob', 'ask', ['o-carol'], 'p+5'), subscribe('p+5'));
    s.host('carol', 'busy');
    s.gets('carol', message('o+0', 'busy', [], 'p-busy'));
    s.crank(
      'bob',
      message('o+0', 'ask', ['o-carol'], 'p-answer'),
      send('o-carol', 'answer', [], 'p-answer'),
    );
    s.state({
      clists: { bob: { 'o+0': '@bob', 'o-carol': '@carol', 'p-answer': '@answer' } },
      promises: { '@answer': { state: 'unresolved', decider: null, subscribers: ['alice'] } },
    });
    s.does('carol', fulfil('p-busy'));
    s.gets('carol', message('o+0', 'answer', [], 'p-mine'));
    s.state({ promises: { '@answer': { state: 'unresolved', decider: 'carol' } } });
    s.does('carol', fulfil('p-mine'));
    s.crank('alice', news(['p+5', false, NOTHING]));
    // Bob may still know it.
    s.state({ promises: { '@answer': { state: 'fulfilled' } }, promiseCount: 1 });
  }),
  story(
    'a promise of which a vat was told is new to it when it meets it again',
    '4, 5',
    THREE,
    (s) => {
      s.turn('alice', send('o-bob', 'take', ['p+5']), send('o-carol', 'take', ['o-bob', 'p+5']));
      s.crank('bob', message('o+0', 'take', ['p-x']), subscribe('p-x'));
      s.crank('carol', message('o+0', 'take', ['o-bob', 'p-kept']));
      s.state({ clists: { carol: { 'o+0': '@carol', 'o-bob': '@bob', 'p-kept': '@x' } } });
      s.turn('alice', fulfil('p+5'));
      s.crank('bob', news(['p-x', false, NOTHING]));
      s.turn('carol', send('o-bob', 'take', ['p-kept']));
      s.crank('bob', message('o+0', 'take', ['p-again']), subscribe('p-again'));
      s.crank('bob', news(['p-again', false, NOTHING]));
      s.state({ clists: { bob: { 'o+0': '@bob' } }, promises: { '@x': { state: 'fulfilled' } } });
    },
  ),
  story(
    'what nobody can name any more lets go of what it was resolved to, and so on',
    '6 garbage',
    { alice: {} },
    (s) => {
      s.turn(
        'alice',
        fulfil('p+7', data('o+3')),
        resolve(['p+5', false, data('p+6')], ['p+6', false, data('p+8')]),
        fulfil('p+8', data('o+4')),
      );
      s.crank('alice', told('dropExports', 'o+3', 'o+4'));
      s.crank('alice', told('retireExports', 'o+3', 'o+4'));
      s.state({ clists: { alice: { 'o+0': '@alice' } }, promiseCount: 0 });
    },
  ),
  story(
    'a vat that asks for it is given what waits on the promises that it decides',
    '5 pipelining',
    { bob: { pipelining: true }, alice: { knows: ['bob'] } },
    (s) => {
      s.turn('alice', send('o-bob', 'ask', [], 'p+5'), send('p+5', 'one', [], 'p+6'));
      s.crank('bob', message('o+0', 'ask', [], 'p-answer'));
      s.gets('bob', message('p-answer', 'one', [], 'p-one'));
      s.state({
        clists: { alice: { 'o+0': '@alice', 'o-bob': '@bob', 'p+5': '@answer', 'p+6': '@one' } },
        promises: {
          '@answer': { state: 'unresolved', decider: 'bob', queue: [] },
          '@one': { state: 'unresolved', decider: 'bob', queue: [] },
        },
      });
      s.does('bob', fulfil('p-one'), fulfil('p-answer'));
      s.turn('alice', subscribe('p+6'));
      s.crank('alice', news(['p+6', false, NOTHING]));
    },
  ),
  story('the host is told, and is a holder until it is', '2.6', PAIR, (s) => {
    s.host('bob', 'ask');
    s.gets('bob', message('o+0', 'ask', [], 'p-ask'));
    s.state({
      clists: { bob: { 'o+0': '@bob', 'p-ask': '@ask' } },
      promises: { '@ask': { state: 'unresolved', decider: 'bob', subscribers: ['host'] } },
    });
    s.does('bob', fulfil('p-ask', sole('o+0')));
    s.hears('ask', false, sole('@bob'));
    s.state({ promises: { '@ask': 'gone' }, objects: { '@bob': ['bob', 2, 2] } });
  }),
];
