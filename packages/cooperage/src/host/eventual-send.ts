/** What host code needs to talk to vats: the same `E` and `Far` as in vats. */
import './shims.js';

export { E, HandledPromise } from '@endo/eventual-send';
export { Far } from '@endo/pass-style';
