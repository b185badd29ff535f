import { makeCaller } from '../caller.js';

export const buildRootObject = () => makeCaller({ E, Far });
