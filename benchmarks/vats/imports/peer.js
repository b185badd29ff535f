import { E, Far } from '@endo/far';
import { makePeer } from '../peer.js';

export const buildRootObject = () => makePeer({ E, Far });
