/** Facts for scoring out of PDRI. */
export { createPdriRiskFacts } from './pdri-risk-facts.ts';
