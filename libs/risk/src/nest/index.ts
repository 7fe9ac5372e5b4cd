/** Facts for scoring as a Nest module. */
export { RiskFactsSource, RiskModule } from './risk.module.ts';
