export { formatCall, formatCapData } from '@cooperage/types';
