import { makeDriver } from '../driver.js';

export const buildRootObject = () => makeDriver({ E, Far });
