/** `URL` without a host: no `createObjectURL`, and hosts in ASCII (punycode where they are not). */
import { URL, URLSearchParams } from 'whatwg-url-minimum';

export { URL, URLSearchParams };
