#!/usr/bin/env node
// In the sources and not in the build, because npm links and marks executable what is there when it installs.
import { createProject } from '../dist/index.js';

process.exitCode = createProject(process.argv.slice(2));
