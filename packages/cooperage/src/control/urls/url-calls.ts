/** Calls about the capability URLs of a kernel's gateway. */
import { CooperageError, isKRef } from '@cooperage/types';
import { gatewayOf, type OperatedGateway } from '../../gateway-port/operated.js';
import { EXPOSED_ROWS } from '../../gateway-port/urls.js';
import type { CallContext } from '../call-context.js';
import { readData } from '../message.js';
import type { ControlParts } from '../parts.js';

const gatewayFor = ({ kernel }: ControlParts): OperatedGateway => {
  const gateway = gatewayOf(kernel);
  if (gateway !== undefined) return gateway;
  throw new CooperageError(
    'CONTROL_UNAVAILABLE',
    'the kernel that runs has no gateway: add "gateway" to its config and start it again, or open one in its program',
  );
};

/** The object of which a URL is issued: by its kref, by a name that it is exposed under, or the root of a vat. */
const objectOf = (parts: ControlParts, object: string): object | string => {
  if (isKRef(object)) {
    return readData(parts, { body: '#"$0"', slots: [object] }, 'object') as object;
  }
  const { hostNames } = parts.runner.core.kernel.tables;
  const isExposed = hostNames.find('kept', EXPOSED_ROWS + object) !== undefined;
  if (isExposed || hostNames.find('vat', object) === undefined) return object;
  return parts.kernel.root(object);
};

export const issueUrl = (
  { parts }: CallContext,
  request: { readonly object: string; readonly label?: string; readonly page?: string },
): Promise<{ readonly id: string; readonly url: string }> => {
  const { object, ...options } = request;
  return gatewayFor(parts).issue(objectOf(parts, object), options);
};

export const revokeUrl = async (
  { parts }: CallContext,
  { url }: { readonly url: string },
): Promise<void> => {
  if (await gatewayFor(parts).revoke(url)) return;
  throw new CooperageError(
    'BAD_ARGUMENT',
    'there is no such URL; "cooperage urls" lists the ids of those that there are',
  );
};
