#!/usr/bin/env node
import { nodeIo } from './cli/node-io.ts';
import { COMMANDS } from './cli/registry.ts';
import { run } from './cli/run.ts';

const io = nodeIo();
const code = await run(process.argv.slice(2), io, COMMANDS);
await io.close();
process.exit(code); // handles that a library left open must not keep an answered call alive
