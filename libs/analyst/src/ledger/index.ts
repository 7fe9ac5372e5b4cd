/** The ledger room of @dmitry/analyst: citations as the ledger has them. */
export { chatCitations } from './citations.ts';
export { recordedAnswers } from './recorded-answers.ts';
