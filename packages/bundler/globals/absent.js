/** Classes and functions of browsers that reach the world: they can be named, and not used. */
const refuse = (name) => {
  throw TypeError(`vats have no ${name}: let the host offer what is needed as a service`);
};
const absentClass = (name) =>
  ({
    [name]: class {
      constructor() {
        refuse(name);
      }
    },
  })[name];

export const FileList = absentClass('FileList');
export const FormData = absentClass('FormData');
export const Headers = absentClass('Headers');
export const Request = absentClass('Request');
export const Response = absentClass('Response');
export const ReadableStream = absentClass('ReadableStream');
export const WritableStream = absentClass('WritableStream');
export const TransformStream = absentClass('TransformStream');
export const WebSocket = absentClass('WebSocket');
export const XMLHttpRequest = absentClass('XMLHttpRequest');
export const fetch = () => refuse('fetch()');
