/** Deliveries and syscalls, each in a line. */
import type { InboxWork } from '@cooperage/kernel';
import {
  type CapData,
  formatCall,
  formatCapData,
  type SyscallEntry,
  type VatDeliveryObject,
} from '@cooperage/types';

const answerTo = (result: string | null): string => (result === null ? '' : ` -> ${result}`);

interface AnyMessage {
  readonly methargs: CapData;
  readonly result: string | null;
}

const formatMessage = (target: string, { methargs, result }: AnyMessage): string =>
  `${target}.${formatCall(methargs)}${answerTo(result)}`;

const formatResolution = (promise: string, isReject: boolean, data: CapData): string =>
  `${promise} ${isReject ? 'rejected' : 'fulfilled'}: ${formatCapData(data)}`;

type AnyDelivery = VatDeliveryObject | InboxWork;

/** What a vat is told, with krefs or with vrefs. */
export const formatDelivery = (delivery: AnyDelivery): string => {
  switch (delivery[0]) {
    case 'message':
      return formatMessage(delivery[1], delivery[2]);
    case 'notify':
      return typeof delivery[1] === 'string'
        ? delivery[1]
        : delivery[1].map((news) => formatResolution(...news)).join('; ');
    case 'dropExports':
    case 'retireExports':
    case 'retireImports':
      return delivery[1].join(', ');
    case 'startVat':
    case 'stopVat':
      return formatCapData(delivery[1]);
    case 'changeVatOptions':
      return JSON.stringify(delivery[1]);
    case 'bringOutYourDead':
      return '';
    case 'upgrade': {
      const { bundleID, vatParameters } = delivery[1];
      const what = vatParameters === undefined ? 'its parameters' : formatCapData(vatParameters);
      return `to ${bundleID}, ${what}`;
    }
    case 'changeOptions':
      return JSON.stringify(delivery[1].options);
    case 'fork':
      return `[${delivery[1].objects.map(([kref]) => kref).join(', ')}] -> ${delivery[1].result}`;
    case 'pipelined':
      return delivery[1];
    case 'takeOffline':
      return `-> ${delivery[1]}`;
  }
};

const formatAnswer = (answer: string | null | undefined): string => {
  if (answer === undefined) return '';
  return ` = ${answer === null ? '(nothing)' : answer}`;
};

/** What a vat did, without the syscall's name. */
export const formatSyscall = ([syscall, answer]: SyscallEntry): string => {
  switch (syscall[0]) {
    case 'send':
      return formatMessage(syscall[1], syscall[2]);
    case 'callNow':
      return `${syscall[1]}.${syscall[2]} ${formatCapData(syscall[3])}${formatAnswer(answer)}`;
    case 'subscribe':
      return syscall[1];
    case 'resolve':
      return syscall[1].map((news) => formatResolution(...news)).join('; ');
    case 'exit':
      return `${syscall[1] ? 'with failure: ' : ''}${formatCapData(syscall[2])}`;
    case 'vatstoreSet':
      return `${syscall[1]} := ${syscall[2]}`;
    case 'vatstoreGet':
    case 'vatstoreGetNextKey':
    case 'vatstoreDelete':
      return `${syscall[1]}${formatAnswer(answer)}`;
    case 'dropImports':
    case 'retireImports':
    case 'retireExports':
    case 'abandonExports':
      return syscall[1].join(', ');
  }
};
