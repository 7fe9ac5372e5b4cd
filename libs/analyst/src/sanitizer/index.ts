/** The sanitizer room of @dmitry/analyst: the sanitizer as the analyst's guard. */
export { createSanitizerGuard } from './sanitizer-guard.ts';
