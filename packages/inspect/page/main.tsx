import { render } from 'preact';
import { App } from './app.js';
import { begin } from './state.js';

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
begin();
