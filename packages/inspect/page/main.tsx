import { render } from 'preact';
import { begin } from './actions.js';
import { App } from './app.js';

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
begin();
