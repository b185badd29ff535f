/** Which build of the engine this is, without an engine. */
export { quickJSEngineID } from './engine/quickjs.js';
