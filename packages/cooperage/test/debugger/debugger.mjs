/** A debugger: attaches to all threads of a process, and resumes each that stops when a while has passed. */
const { WebSocket } = globalThis;
const [, , url, pause] = process.argv;
const socket = new WebSocket(url);
let calls = 0;
const send = (method, params) => {
  calls += 1;
  socket.send(JSON.stringify({ id: calls, method, params }));
};
const sendToThread = (sessionId, method) => {
  calls += 1;
  send('NodeWorker.sendMessageToWorker', {
    sessionId,
    message: JSON.stringify({ id: calls, method, params: {} }),
  });
};

socket.addEventListener('open', () => send('NodeWorker.enable', { waitForDebuggerOnStart: false }));
socket.addEventListener('message', ({ data }) => {
  const { method, params } = JSON.parse(data);
  if (method === 'NodeWorker.attachedToWorker') sendToThread(params.sessionId, 'Debugger.enable');
  if (method !== 'NodeWorker.receivedMessageFromWorker') return;
  const message = JSON.parse(params.message);
  // The answer to Debugger.enable.
  if (message.result?.debuggerId !== undefined) console.log('attached');
  if (message.method !== 'Debugger.paused') return;
  console.log('paused');
  setTimeout(() => sendToThread(params.sessionId, 'Debugger.resume'), Number(pause));
});
