/** `URL` without a host: no `createObjectURL`, and hosts in ASCII (punycode where they are not). */
import { URL, URLSearchParams } from 'cooperage-own:whatwg-url-minimum';

export { URL, URLSearchParams };
