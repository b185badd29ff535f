import { makePeer } from '../peer.js';

export const buildRootObject = () => makePeer({ E, Far });
