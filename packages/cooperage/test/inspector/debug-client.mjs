/** A debugger: attaches to a process that has stopped, and prints where, and what its variables are. */
const { WebSocket } = globalThis;
const [, , url] = process.argv;
const socket = new WebSocket(url);
const answers = new Map();
let calls = 0;
const ask = (method, params = {}) =>
  new Promise((resolve) => {
    calls += 1;
    answers.set(calls, resolve);
    socket.send(JSON.stringify({ id: calls, method, params }));
  });
const scripts = new Map();

const variablesOf = async ({ scopeChain }) => {
  const variables = {};
  for (const { type, object } of scopeChain) {
    if (!['local', 'closure', 'block'].includes(type)) continue;
    const { result } = await ask('Runtime.getProperties', { objectId: object.objectId });
    for (const { name, value } of result) variables[name] ??= value?.value ?? value?.description;
  }
  return variables;
};

socket.addEventListener('message', async ({ data }) => {
  const { id, method, params, result } = JSON.parse(data);
  if (id !== undefined) {
    answers.get(id)?.(result);
    return;
  }
  if (method === 'Debugger.scriptParsed') scripts.set(params.scriptId, params);
  if (method !== 'Debugger.paused') return;
  const [frame] = params.callFrames;
  const { url: script, sourceMapURL } = scripts.get(frame.location.scriptId);
  const map = Buffer.from(sourceMapURL.split('base64,')[1] ?? '', 'base64').toString();
  console.log(
    JSON.stringify({
      script,
      sources: JSON.parse(map).sources,
      contents: JSON.parse(map).sourcesContent,
      functionName: frame.functionName,
      variables: await variablesOf(frame),
    }),
  );
  process.exit();
});
socket.addEventListener('open', () => {
  void ask('Runtime.enable');
  void ask('Debugger.enable');
});
