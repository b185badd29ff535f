import { M } from '@endo/patterns';
import { makeExo } from '@endo/exo';

const guard = M.interface('root', { hi: M.call().returns(M.string()) });

export const buildRootObject = () => makeExo('root', guard, { hi: () => 'hi' });
