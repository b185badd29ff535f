import { render } from 'preact';
import { App } from './app.js';
import { start } from './state.js';

const root = document.getElementById('app');
if (root !== null) {
  root.replaceChildren();
  render(<App />, root);
}
start();
