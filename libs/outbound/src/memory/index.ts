/** An outbound client that answers from a script, and a recorder that remembers: for specs, demos and offline use. */
export { createMemoryRecorder } from './memory-recorder.ts';
export type { MemoryRecorder, RecordedEntry } from './memory-recorder.ts';
export { createScriptedClient } from './scripted-client.ts';
export type { Script, ScriptedAnswer, ScriptedClient } from './scripted-client.ts';
