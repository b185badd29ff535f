import clone from 'cooperage-own:@ungap/structured-clone';

export const structuredClone = (value) => clone(value);
