import type { Command } from '../cli/command.ts';
import { fromOption } from '../cli/events.ts';
import { SIMULATION_OPTIONS } from '../cli/simulation-options.ts';

export const demoCommand: Command = {
  name: 'demo',
  summary: 'The whole way, from events to a verified proof, in one process.',
  usage: '',
  operands: { min: 0, max: 0 },
  options: {
    input: {
      kind: 'list',
      value: 'PATH',
      summary: 'Files or folders to replay instead of the example.',
      alsoTakes: /\.(ndjson|jsonl|json)(\.gz)?$/i,
    },
    from: fromOption,
    approve: {
      kind: 'text',
      value: 'HOW',
      choices: ['auto', 'ask', 'deny'],
      summary:
        'Who answers what needs a person. auto: only against the simulator. By default auto, against real targets ask on a terminal and deny without one.',
    },
    bundle: { kind: 'text', value: 'FILE', summary: 'Where the proof goes (by default into the demo’s folder).' },
    ...SIMULATION_OPTIONS,
    keep: { kind: 'flag', summary: 'Keep serving afterwards, until Ctrl-C.' },
  },
  details: `
Each demo gets a fresh folder below the data folder (demo-1, demo-2, …), which stays.
--json: {events, findings, incidents, decisions, runs, effects, ledger, bundle, seconds}.
With the same --seed and --now the answer is the same but for members named seconds, path and ledger.
The exit code is 0 only when the bundle verifies and the effects are those of allowed decisions, each once.`,
  async run(context) {
    const { playDemo } = await import('../host/play-demo.ts'); // both apps: only who plays it pays for loading them
    return playDemo(context);
  },
};
