/**
 * `@endo/marshal` wants `assert` and `HandledPromise`. The host's process is
 * not locked down: that is for the vats' threads.
 */
import 'ses/assert-shim.js';
import '@endo/eventual-send/shim.js';
